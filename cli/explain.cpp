// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/print.hpp"
#include "cli/terminal.hpp"
#include "troupe/engine.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>

namespace troupe::cli {

namespace {

using nlohmann::json;

std::string listed(const json& all) {
  std::string text;
  for (auto& x : all)
    text += (text.empty() ? "" : ", ") + (x.is_string() ? x.get<std::string>() : x.dump());
  return one_line(text);
}

/// What surrounds a node, and how a group joins its branches.
std::string wrappers_of(const json& x) {
  std::vector<std::string> all;
  if (x.contains("when"))
    all.push_back("only when " + x["when"].get<std::string>());
  if (x.contains("max_workers"))
    all.push_back("at most " + x["max_workers"].dump() + " at once");
  if (x.contains("merge"))
    all.push_back("joined by " + x["merge"].get<std::string>());
  if (x.contains("on_error") && x["on_error"] == "continue")
    all.push_back("goes on after a failure");
  if (x.contains("attempts"))
    all.push_back(x["attempts"].dump() + " attempts");
  if (x.contains("timeout"))
    all.push_back("timeout " + x["timeout"].get<std::string>());
  if (x.contains("deadline"))
    all.push_back("deadline " + x["deadline"].get<std::string>());
  if (x.contains("returns"))
    all.push_back("its output is checked");
  return listed(json(all));
}

class page {
public:
  explicit page(const terminal& x) : terminal_{x} {}

  std::string text() const { return text_; }
  void line(const std::string& text) { text_ += cut(text, terminal_.columns) + "\n"; }
  void title(const std::string& name, const std::string& text) {
    if (!text.empty())
      line(colored(terminal_, color::dim, name) +
           std::string(10 - std::min<size_t>(9, name.size()), ' ') + one_line(text));
  }

  void nodes(const json& all, const std::string& indent, bool is_order) {
    for (size_t i = 0; i < all.size(); ++i) {
      auto is_last = i + 1 == all.size();
      auto mark = is_order ? std::to_string(i + 1) + ". " : is_last ? "└ " : "├ ";
      auto below = is_order ? std::string(mark.size(), ' ') : is_last ? "  " : "│ ";
      node(all[i], indent + mark, indent + below);
    }
  }

private:
  void node(const json& x, const std::string& first, const std::string& below) {
    auto is_sequence = x["type"] == "sequence";
    line(first + colored(terminal_, color::bold, x["id"].get<std::string>()) + "  " +
         one_line(x["type"].get<std::string>()));
    detail(below, wrappers_of(x));
    if (x.contains("reads"))
      detail(below, "reads " + listed(x["reads"]));
    if (x.contains("sets"))
      detail(below, "sets context " + listed(x["sets"]));
    if (x.contains("children"))
      nodes(x["children"], below, is_sequence);
    if (x.contains("score")) {
      detail(below, "each success is scored by:");
      nodes(json::array({x["score"]}), below, false);
    }
    if (x.contains("fallback")) {
      auto on = x.contains("fallback_on") ? " with " + listed(x["fallback_on"]) : std::string{};
      detail(below, "if it fails" + on + ":");
      nodes(x["fallback"], below, false);
    }
  }

  void detail(const std::string& indent, const std::string& text) {
    if (!text.empty())
      line(indent + colored(terminal_, color::dim, text));
  }

  terminal terminal_;
  std::string text_;
};

std::string inputs_in(const json& inputs) {
  std::string text;
  for (auto& [name, x] : inputs.items()) {
    auto type = x.value("type", "any");
    auto fallback = x.contains("default") ? " = " + x["default"].dump() : std::string{};
    auto optional = fallback.empty() && !x.value("required", true) ? ", optional" : "";
    text += (text.empty() ? "" : ", ") + name + " (" + type + fallback + optional + ")";
  }
  return text;
}

std::string keys_of(const json& x) {
  auto names = json::array();
  for (auto& [key, member] : x.items())
    names.push_back(key);
  return listed(names);
}

std::string folders(const std::vector<std::string>& roots) {
  std::string text;
  for (auto& root : roots)
    text +=
      (text.empty() ? "" : ", ") + std::filesystem::absolute(root).lexically_normal().string();
  return text;
}

} // namespace

int execute(const explain_command& x) {
  auto options = options_for(x.file_roots);
  registry kinds;
  add_built_in_steps(kinds, options);
  auto flow = load_flow(x.flow, kinds);
  if (!flow) {
    complain(flow.error());
    return exit_code::invalid_flow;
  }
  complain(flow->warnings());
  auto plan = flow->describe();
  page out{terminal_of(STDOUT_FILENO)};
  auto description = plan["description"].get<std::string>();
  out.line(
    one_line(plan["name"].get<std::string>() + (description.empty() ? "" : ": " + description)));
  out.title("inputs", inputs_in(plan["inputs"]));
  out.title("secrets", listed(plan["secrets"]));
  out.title("env", listed(plan["env"]));
  out.title("context", keys_of(plan["context"]));
  out.nodes(plan["nodes"], "", true);
  out.title("output", plan.contains("output") ? plan["output"].is_string()
                                                  ? plan["output"].get<std::string>()
                                                  : plan["output"].dump()
                                              : "that of the last node");
  out.title("files", "read below " + folders(options.files.read) + "; written below " +
                       folders(options.files.write));
  return print(out.text()) ? exit_code::succeeded : exit_code::infrastructure;
}

} // namespace troupe::cli
