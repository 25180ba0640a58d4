// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/print.hpp"
#include "cli/terminal.hpp"
#include "troupe/engine.hpp"
#include "troupe/version.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <thread>

namespace troupe::cli {

namespace {

bool is_on_path(const std::string& program) {
  auto path = std::getenv("PATH");
  std::istringstream folders{path ? path : ""};
  for (std::string folder; std::getline(folders, folder, ':');)
    if (::access((folder + "/" + program).c_str(), X_OK) == 0)
      return true;
  return false;
}

class report {
public:
  explicit report(const terminal& x) : terminal_{x} {}

  void title(const std::string& text) {
    text_ += (text_.empty() ? "" : "\n") + colored(terminal_, color::bold, text) + "\n";
  }
  void line(const std::string& name, const std::string& what, const std::string& from = {}) {
    auto text = "  " + name + std::string(26 - std::min<size_t>(25, name.size()), ' ') + what;
    if (!from.empty())
      text += "  " + colored(terminal_, color::dim, "(" + from + ")");
    text_ += cut(text, terminal_.columns) + "\n";
  }
  /// A setting of the environment; secrets are only said to be there.
  void variable(const std::string& name, const std::string& otherwise, bool is_secret = false) {
    auto text = std::getenv(name.c_str());
    auto is_set = text && *text;
    line(name, is_set ? is_secret ? "set" : text : otherwise, is_set ? "environment" : "");
  }
  const std::string& text() const { return text_; }

private:
  terminal terminal_;
  std::string text_;
};

std::string limit_of(int what) {
  rlimit x{};
  ::getrlimit(what, &x);
  return x.rlim_cur == RLIM_INFINITY ? "unlimited" : std::to_string(x.rlim_cur);
}

} // namespace

int execute(const doctor_command&) {
  engine_options options{.steps = options_for({})};
  report out{terminal_of(STDOUT_FILENO)};
  out.title("troupe " TROUPE_VERSION_STRING);
  out.line("cores", std::to_string(std::thread::hardware_concurrency()));
  out.line("open files at most", limit_of(RLIMIT_NOFILE), "ulimit -n");
  out.line("working directory", std::filesystem::current_path().string());

  out.title("programs that flows may want");
  for (std::string name : {"sh", "dot"})
    out.line(name, is_on_path(name) ? "found" : "not there",
             name == "sh" ? "shell steps with `command`" : "graph --format svg");

  out.title("limits of the engine");
  out.line("blocking_threads", std::to_string(options.blocking_threads), "default");
  out.line("max_processes", std::to_string(options.steps.max_processes), "default");
  out.line("max_connections", std::to_string(options.steps.http.max_connections), "default");
  out.line("max_connections_per_host", std::to_string(options.steps.http.max_connections_per_host),
           "default");
  out.line("private addresses", options.steps.http.allow_private ? "allowed" : "refused",
           "default");

  out.title("settings of llm steps, where neither node nor flow gives them");
  out.variable("TROUPE_LLM_BASE_URL", "not set: each flow has to say it");
  out.variable("TROUPE_LLM_MODEL", "not set: each flow has to say it");
  out.variable("TROUPE_LLM_API_KEY", "not set", true);
  out.variable("OPENAI_API_KEY", "not set", true);

  out.title("files");
  out.line("read below", "/", "--file-root changes it");
  out.line("written below", std::filesystem::current_path().string(), "--file-root changes it");
  out.variable("SSL_CERT_FILE", "not set: the system's certificates");
  return print(out.text()) ? exit_code::succeeded : exit_code::infrastructure;
}

} // namespace troupe::cli
