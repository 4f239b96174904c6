// Network namespaces for tests: made in a constructor, gone in the destructor, entered by a thread for the
// length of a call. Their names carry this process's id; what a killed test left behind is swept by the next.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace pinhole::test::kernel {

class Namespace {
 public:
  explicit Namespace(const std::string& role);
  ~Namespace();
  Namespace(const Namespace&) = delete;
  Namespace& operator=(const Namespace&) = delete;

  const std::string& name() const { return name_; }

  /// Runs a shell command inside. Throws std::runtime_error with its output if it fails.
  void run(const std::string& command) const;

  /// Calls `body` with this thread inside; sockets made there stay there.
  template <typename Body>
  auto in(Body body) const {
    const Visit visit(name_);
    return body();
  }

 private:
  class Visit {
   public:
    explicit Visit(const std::string& name);
    ~Visit();

   private:
    int home_;
  };
  std::string name_;
};

/// Runs a shell command; its output, whatever its exit status.
std::string output_of(const std::string& command);

/// Why kernel tests cannot run here; nullopt if they can.
std::optional<std::string> why_no_namespaces();

}  // namespace pinhole::test::kernel
