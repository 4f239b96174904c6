"""The tree's files at one moment, to be laid out elsewhere and compared later."""

import hashlib
import io
import subprocess
import tarfile
from pathlib import Path


class Snapshot:
    """What git tracks or would track, as it lies in the working tree; or what save() has kept of it."""

    def __init__(self, files: dict[str, tuple[int, bytes]]):
        self.files = files  # by path: mode and bytes

    @classmethod
    def of(cls, tree: Path) -> "Snapshot":
        listed = subprocess.run(['git', '-C', tree, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
                                check=True, stdout=subprocess.PIPE).stdout
        return cls.of_files(tree, {path.decode() for path in listed.split(b'\0') if path})

    @classmethod
    def of_files(cls, tree: Path, paths: set[str]) -> "Snapshot":
        """Of these files, as far as they are there."""
        return cls({path: ((tree / path).stat().st_mode & 0o777, (tree / path).read_bytes())
                    for path in sorted(paths) if (tree / path).is_file()})

    @classmethod
    def load(cls, file: Path) -> "Snapshot":
        with tarfile.open(file) as archive:
            return cls({member.name: (member.mode, archive.extractfile(member).read()) for member in archive})

    def save(self, file: Path) -> None:
        with tarfile.open(file, 'w') as archive:
            for path, (mode, content) in sorted(self.files.items()):
                member = tarfile.TarInfo(path)
                member.mode, member.size = mode, len(content)
                archive.addfile(member, io.BytesIO(content))

    def text(self, path: str) -> str:
        return self.files[path][1].decode()

    def digest(self, *without: str) -> str:
        """Names what can change a test's result: everything but documents and the folders `without`."""
        total = hashlib.sha256()
        for path, (mode, content) in sorted(self.files.items()):
            if not path.startswith(('docs/', *without)) and not path.endswith('.md'):
                total.update(f'{path}\0{mode}\0{len(content)}\0'.encode() + content)
        return total.hexdigest()[:16]

    def lay_out(self, root: Path) -> None:
        """Makes `root` hold these files and, outside build/, no others; what is right already keeps its time."""
        root.mkdir(parents=True, exist_ok=True)
        for path, (mode, content) in self.files.items():
            file = root / path
            if not file.is_file() or file.read_bytes() != content:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            file.chmod(mode)
        for file in sorted(root.rglob('*')):
            path = str(file.relative_to(root))
            if not path.startswith('build/') and not file.is_dir() and path not in self.files:
                file.unlink()
