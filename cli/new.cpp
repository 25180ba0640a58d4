// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/print.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace troupe::cli {

namespace {

constexpr std::string_view starter = R"({
  "troupe": 1,
  "name": "NAME",
  "description": "Counts the words of a file, twice at once.",
  "inputs": {"file": {"type": "string", "default": "NAME.json", "description": "path of a text"}},
  "pipeline": [
    {"id": "read", "type": "read-file", "params": {"file_path": "${inputs.file}"}},
    {"id": "counts", "merge": "by_name", "parallel": {
      "lines": {"type": "jq", "params": {"program": ".content | split(\"\\n\") | length"}},
      "words": {"type": "shell", "params": {"argv": ["wc", "-w"], "stdin": "${read.content}"}, "retry": 2}
    }}
  ],
  "output": "${counts.lines} lines, ${counts.words.stdout} words\n"
}
)";

std::string named(std::string name) {
  std::string text{starter};
  for (size_t at = 0; (at = text.find("NAME", at)) != text.npos; at += name.size())
    text.replace(at, 4, name);
  return text;
}

} // namespace

int execute(const new_command& x) {
  auto file = std::filesystem::path{x.file};
  if (file.extension() != ".json")
    file += ".json";
  auto fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666); // never replaces
  auto name = file.stem().string();
  using handler = nlohmann::json::error_handler_t;
  auto in_quotes = nlohmann::json(name).dump(-1, ' ', false, handler::replace);
  auto text = named(in_quotes.substr(1, in_quotes.size() - 2));
  auto written =
    fd >= 0 && ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  auto problem = errno;
  if (fd >= 0)
    ::close(fd);
  if (!written) {
    complain("troupe: cannot write " + file.string() + ": " + std::strerror(problem) + "\n");
    return exit_code::failed;
  }
  complain("wrote " + file.string() + "; try: troupe run " + file.string() + "\n");
  return exit_code::succeeded;
}

} // namespace troupe::cli
