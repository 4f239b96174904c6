#include "clients.hpp"

#include <sstream>

namespace pinhole::test {
namespace {

constexpr Milliseconds kSessionLimit{20'000};

bool passive(Mode mode) {
  return mode == Mode::pasv || mode == Mode::epsv;
}
bool extended(Mode mode) {
  return mode == Mode::epsv || mode == Mode::eprt;
}

std::string in_url(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

void append(Arguments& words, const Arguments& more) {
  words.insert(words.end(), more.begin(), more.end());
}

Arguments curl_options(Mode mode) {
  Arguments words{"-sS", "-v", "-g"};
  if (!passive(mode)) append(words, {"--ftp-port", "-"});
  if (mode == Mode::pasv) words.push_back("--disable-epsv");
  if (mode == Mode::port) words.push_back("--disable-eprt");
  return words;
}

Finished curl(const Lab& lab, Mode mode, Family family, const std::filesystem::path& directory,
              const std::string& upload_name) {
  const auto root = "ftp://" + in_url(lab.address("dialed", family)) + "/";
  Arguments words{"curl"};
  const auto step = [&](const Arguments& what) {
    if (words.size() > 1) words.push_back("--next");  // its options begin anew, its connection stays
    append(words, curl_options(mode));
    append(words, {"-m", "15"});
    append(words, what);
  };
  step({root + "blob.bin", "-o", directory / "fetched"});
  step({root, "-o", directory / "listing"});
  step({"-T", directory / "upload", root + "incoming/" + upload_name});
  return run(lab.in(Role::client, words), kSessionLimit);
}

Finished lftp(const Lab& lab, Mode mode, Family family, const std::filesystem::path& directory,
              const std::string& upload_name) {
  const auto on = [](bool value) { return std::string(value ? "on" : "off"); };
  const auto in_directory = [&](const char* file) { return (directory / file).string(); };
  const auto script = "debug 9; set net:max-retries 1; set net:timeout 10; set ftp:passive-mode " +
                      on(passive(mode)) + "; set ftp:prefer-epsv " + on(extended(mode)) +
                      "; open -u anonymous,x ftp://" + in_url(lab.address("dialed", family)) +
                      "; get blob.bin -o " + in_directory("fetched") + "; ls > " + in_directory("listing") +
                      "; put " + in_directory("upload") + " -o incoming/" + upload_name;
  // a home of its own: neither the user's settings nor a history left behind
  return run(lab.in(Role::client, {"env", "HOME=" + directory.string(), "lftp", "-c", script}),
             kSessionLimit);
}

Finished tnftp(const Lab& lab, Mode mode, Family family, const std::filesystem::path& directory,
               const std::string& upload_name) {
  const auto script = std::string("user anonymous x\nbinary\n") +
                      (family == Family::ipv4 ? (extended(mode) ? "epsv4 on\n" : "epsv4 off\n") : "") +
                      "get blob.bin fetched\nls . listing\nput upload incoming/" + upload_name + "\nbye\n";
  return run(lab.in(Role::client, {"env", "-C", directory, "HOME=" + directory.string(), "tnftp", "-n", "-i",
                                   "-v", "-d", passive(mode) ? "-p" : "-A", lab.address("dialed", family)}),
             kSessionLimit, script);
}

}  // namespace

std::string_view name_of(Client client) {
  switch (client) {
    case Client::curl:
      return "curl";
    case Client::lftp:
      return "lftp";
    case Client::tnftp:
      return "tnftp";
  }
  return "";
}

std::string_view name_of(Mode mode) {
  switch (mode) {
    case Mode::pasv:
      return "pasv";
    case Mode::epsv:
      return "epsv";
    case Mode::port:
      return "port";
    case Mode::eprt:
      return "eprt";
  }
  return "";
}

std::string_view verb_of(Mode mode) {
  switch (mode) {
    case Mode::pasv:
      return "PASV";
    case Mode::epsv:
      return "EPSV";
    case Mode::port:
      return "PORT";
    case Mode::eprt:
      return "EPRT";
  }
  return "";
}

bool can_use(Client client, Mode mode, Family family) {
  if (family == Family::ipv6) return extended(mode);
  return !(client == Client::lftp && mode == Mode::eprt);
}

Finished transfer(const Lab& lab, Client client, Mode mode, Family family,
                  const std::filesystem::path& directory, const std::string& upload_name) {
  switch (client) {
    case Client::curl:
      return curl(lab, mode, family, directory, upload_name);
    case Client::lftp:
      return lftp(lab, mode, family, directory, upload_name);
    case Client::tnftp:
      return tnftp(lab, mode, family, directory, upload_name);
  }
  return {};
}

Arguments curl_command(const std::string& host, Mode mode, Milliseconds limit) {
  Arguments words{"curl", "-m", std::to_string(static_cast<double>(limit.count()) / 1000)};
  append(words, curl_options(mode));
  words.push_back("ftp://" + in_url(host) + "/readme.txt");
  return words;
}

Arguments curl_series(const std::string& host, Mode mode, const Series& series) {
  const auto root = "ftp://" + in_url(host) + "/";
  const auto all = "[1-" + std::to_string(series.count) + "]";
  Arguments words{"curl"};
  // Its brackets are ranges, so an IPv6 address's must be escaped.
  const auto step = [&](const Arguments& what) {
    if (words.size() > 1) words.push_back("--next");
    append(words, curl_options(mode));
    std::erase(words, "-g");
    append(words, what);
  };
  const auto escaped = [](std::string url) {
    if (const auto open = url.find('['); open != std::string::npos) {
      url.insert(url.find(']'), "\\").insert(open, "\\");
    }
    return url;
  };
  const Arguments result{"-w", "result %{exitcode} %{response_code} %{size_download} %{size_upload}\\n"};
  Arguments fetch{escaped(root) + all, "-o", series.directory / "fetched-#1"};
  Arguments store{"-T", series.directory / ("upload-" + all), escaped(root) + series.into};
  append(fetch, result);
  append(store, result);
  step(fetch);
  step(store);
  return words;
}

std::vector<Result> results_in(const Finished& series) {
  std::vector<Result> results;
  std::istringstream lines(series.output);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string head;
    Result result;
    words >> head >> result.exit_code >> result.reply >> result.fetched >> result.stored;
    if (head == "result" && words) results.push_back(result);
  }
  return results;
}

int completed(const Finished& session) {
  int count = 0;
  std::istringstream lines(session.errors + session.output);
  for (std::string line; std::getline(lines, line);) {
    // curl writes "< 226 ", lftp "<--- 226 ", tnftp "226 "
    const auto at = line.find("226 ");
    if (at != std::string::npos && line.find_first_not_of("<- ") == at) ++count;
  }
  return count;
}

bool sent(const Finished& session, Mode mode) {
  // curl writes "> PORT", lftp and tnftp "---> PORT"
  const auto command = "> " + std::string(verb_of(mode));
  return session.errors.find(command) != std::string::npos ||
         session.output.find(command) != std::string::npos;
}

}  // namespace pinhole::test
