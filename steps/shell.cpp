// SPDX-License-Identifier: Apache-2.0
#include "steps/kinds.hpp"
#include "steps/process_reactor.hpp"
#include "steps/settle.hpp"
#include "steps/tell_waiting.hpp"
#include "troupe/encoding.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>
#include <sstream>

namespace troupe::steps {

namespace {

using nlohmann::json;

std::string word_of(const value& x, const char* what) {
  auto text = x.as_text();
  if (text.find('\0') != text.npos)
    throw step_error{errc::invalid_input, std::string{"params/"} + what +
                                            ": a process takes no NUL byte in its arguments"};
  return text;
}

std::vector<std::string> argv_of(const value& params, std::map<std::string, std::string>& env) {
  if (auto command = params.find("command")) {
    command->find("env")->each_member(
      [&](const std::string& name, const value& x) { env[name] = x.text(); });
    return {"/bin/sh", "-c", command->find("script")->text()};
  }
  std::vector<std::string> all;
  auto argv = *params.find("argv");
  for (size_t i = 0; i < argv.size(); ++i)
    all.push_back(word_of(*argv.at(i), "argv"));
  return all;
}

process_request request_from(const step_input& in) {
  process_request order;
  order.argv = argv_of(in.params, order.env);
  in.param("env").each_member(
    [&](const std::string& name, const value& x) { order.env[name] = word_of(x, "env"); });
  order.cwd = word_of(in.param("cwd"), "cwd");
  order.input = in.param("stdin");
  order.on_queued = tell_waiting(in, "max_processes");
  return order;
}

json lines_of(const std::string& text) {
  auto lines = json::array();
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);)
    lines.push_back(line);
  return lines;
}

json parsed(const std::string& text, const std::string& how) {
  if (how == "lines")
    return lines_of(text);
  if (how != "json")
    return text;
  auto x = value::parse(text);
  if (!x)
    throw step_error{errc::invalid_output,
                     "stdout is not JSON, as `parse` says it is, or nested too deep: " +
                       value{json(text.substr(0, 80))}.dump()};
  return x->json();
}

/// What a process wrote, as text if it is text.
void put(json& out, const std::string& name, std::string text, const value& params, bool is_out) {
  if (!is_utf8(text)) {
    out[name] = base64(text);
    out[name + "_is_binary"] = true;
    return;
  }
  auto strip = params.find("strip_newline");
  if ((!strip || strip->json() == true) && text.ends_with('\n'))
    text.pop_back();
  auto how = params.find("parse");
  out[name] = is_out && how ? parsed(text, how->as_text()) : json(std::move(text));
}

std::string last_line_of(std::string text) {
  constexpr size_t longest = 200;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
    text.pop_back();
  auto line = text.substr(text.rfind('\n') + 1); // npos + 1 is 0
  return is_utf8(line) ? line.substr(0, longest) : std::string{};
}

std::string exit_message(const process_result& x) {
  auto text = x.how == process_result::ending::signalled
                ? "ended by signal " + std::to_string(x.code) + " (" + ::strsignal(x.code) + ")"
                : "exit code " + std::to_string(x.code);
  auto line = last_line_of(x.err);
  return line.empty() ? text : text + ": " + line;
}

step_output output_from(process_result x, const value& params) {
  using ending = process_result::ending;
  if (x.how == ending::not_started)
    throw step_error{errc::step_failed, x.problem, false};
  if (x.how == ending::too_large)
    throw step_error{errc::payload_too_large, "the process wrote more than 64 MiB"};
  if (x.how == ending::stopped)
    throw step_error{errc::cancelled, "stopped"};
  auto ignore = params.find("ignore_errors");
  auto tolerated = ignore && ignore->json() == true;
  auto failed = x.how == ending::signalled || x.code != 0;
  auto message = failed ? exit_message(x) : std::string{};
  auto out = json::object();
  out["exit_code"] = x.how == ending::signalled ? 128 + x.code : x.code;
  put(out, "stdout", std::move(x.out), failed && !tolerated ? value{} : params, true);
  put(out, "stderr", std::move(x.err), params, false);
  if (failed && !tolerated)
    throw step_error{errc::process_exit, message, {}, {}, std::move(out)};
  return out;
}

void run(process_reactor& reactor, const step_input& in, const promise& answer) {
  using stop_hook = std::stop_callback<std::function<void()>>;
  auto hook = std::make_shared<std::optional<stop_hook>>(); // goes with the process
  auto done = [answer, params = in.params, hook](process_result x) {
    settle(answer, [&] { return output_from(std::move(x), params); });
  };
  auto which = reactor.start(request_from(in), std::move(done));
  if (!which)
    throw step_error{which.error().code, which.error().message};
  hook->emplace(in.stop, [&reactor, id = *which] { reactor.stop(id); });
}

} // namespace

/// Runs a process. On cancel its whole group gets TERM, and KILL after 2 s; the step answers when
/// the process has been reaped. Nothing of the group outlives the step.
step_kind shell_kind(size_t max_processes) {
  auto schema = R"({
    "type": "object",
    "properties": {
      "command": {"aliases": ["cmd", "script"], "type": "string", "format": "shell",
                  "description": "for /bin/sh; templates become quoted variables, never code"},
      "argv": {"type": "array", "items": {"type": ["string", "number", "boolean"]}, "minItems": 1,
               "description": "program and arguments, without a shell"},
      "stdin": {"description": "what the process reads; anything but text is written as JSON"},
      "cwd": {"type": "string", "description": "working directory"},
      "env": {"type": "object", "description": "variables, besides those of the engine's process"},
      "timeout": {"format": "duration", "description": "another way to write the node's timeout"},
      "ignore_errors": {"type": "boolean", "description": "an exit code that is not 0 is no failure"},
      "strip_newline": {"type": "boolean", "description": "drop the last line break; true by default"},
      "parse": {"enum": ["text", "json", "lines"], "description": "what stdout becomes"}
    },
    "oneOf": [{"required": ["command"]}, {"required": ["argv"]}],
    "additionalProperties": false
  })"_json;
  auto reactor = std::make_shared<process_reactor>(max_processes);
  auto start = [reactor](const step_input& in, const promise& answer) {
    run(*reactor, in, answer);
  };
  return {.name = "shell",
          .summary = "Runs a command line or a program.",
          .params = schema,
          .output = "json",
          .run = async_fn{start},
          .reaches_outside = true};
}

} // namespace troupe::steps
