// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/graph_layout.hpp"
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

std::string text_of(const json& x) { return x.is_string() ? x.get<std::string>() : x.dump(); }

/// What is said of one key, if it is there.
struct remark {
  const char* key;
  const char* before;
  const char* after = "";
};

std::string remarks(const json& x, const std::vector<remark>& all) {
  auto found = json::array();
  for (auto& one : all)
    if (x.contains(one.key))
      found.push_back(one.before + text_of(x[one.key]) + one.after);
  return listed(found);
}

/// What surrounds a node.
std::string wrappers_of(const json& x) {
  auto all = remarks(x, {{"when", "only when "},
                         {"runs", "runs "},
                         {"attempts", "", " attempts"},
                         {"place", "on "},
                         {"timeout", "timeout "},
                         {"deadline", "deadline "}});
  return all + (x.contains("returns")
                  ? (all.empty() ? "" : ", ") + std::string{"its output is checked"}
                  : "");
}

/// Keys of the context, with what settles them where several branches want different things.
std::string merged_keys(const json& keys, const json& rules) {
  auto all = json::array();
  for (auto& [key, unused] : keys.items())
    all.push_back(key + (rules.contains(key) ? " by " + text_of(rules[key]) : ""));
  return listed(all);
}

/// How a group goes about its nodes.
std::string ways_of(const json& x) {
  auto rest = x;
  auto rule = x.value("on_error", "");
  if (rule == "continue")
    rest["goes on"] = "goes on after a failure";
  if (rule == "rollback")
    rest["goes on"] = "undoes what was done unless it succeeds";
  if (x.contains("context_merge"))
    rest["context_merge"] = merged_keys(x["context_merge"], x["context_merge"]);
  return remarks(rest, {{"max_workers", "at most ", " at once"},
                        {"split", "its input split by "},
                        {"hedge", "the next one after "},
                        {"merge", "joined by "},
                        {"quorum", "enough: "},
                        {"reduce", "reduced by "},
                        {"context_merge", "context merged: "},
                        {"goes on", ""},
                        {"while", "while "},
                        {"until", "until "},
                        {"max_iterations", "at most ", " rounds"},
                        {"carry", "carries "},
                        {"calls", "calls "},
                        {"with", "with "},
                        {"time", "for "},
                        {"signal", "for the signal "}});
}

std::string batch_of(const json& x) {
  auto batch = x.value("batch", json::object());
  auto rule = batch.value("on_error", "");
  if (rule == "continue")
    batch["goes on"] = "goes on after a failure";
  if (rule == "rollback")
    batch["goes on"] = "undoes what was done unless all succeed";
  return remarks(batch, {{"items", "once for each of "},
                         {"at_once", "", " at once"},
                         {"batch_size", "", " items a run"},
                         {"tolerated", "tolerates ", " failures"},
                         {"goes on", ""}});
}

std::string budget_of(const json& x) {
  return remarks(
    x.value("budget", json::object()),
    {{"cost_usd", "$"}, {"tokens", "", " tokens"}, {"steps", "", " steps"}, {"duration", ""}});
}

std::string spending_of(const json& x) {
  auto flat = json::object();
  if (x.contains("budget"))
    flat["budget"] = budget_of(x);
  if (x.contains("limits"))
    flat["limits"] = listed(x["limits"]);
  if (x.contains("cache"))
    flat["cache"] = x["cache"]["ttl"].is_null() ? "ever" : text_of(x["cache"]["ttl"]);
  return remarks(flat,
                 {{"budget", "may spend "}, {"limits", "waits for "}, {"cache", "kept for "}});
}

/// Where a node of a list leads, or an edge of a graph.
std::string next_of(const json& x) {
  auto all = json::array();
  auto targets = x.value("next", json::object());
  for (auto& [action, to] : targets.items())
    all.push_back((action == "default" ? "" : "on " + action + " ") + "to " + text_of(to));
  return all.empty() ? "" : "goes " + listed(all);
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

  /// The nodes of a graph: as a tree if it can be drawn as one, else with its edges.
  void graph(const json& all, const json& ways, const std::string& below) {
    if (auto drawn = layout_of(all, ways))
      return layout(*drawn, all, below);
    nodes(all, below, false);
    edges(ways, below);
  }

  void edges(const json& all, const std::string& below) {
    for (auto& edge : all)
      detail(below, text_of(edge["from"]) + " → " + text_of(edge["to"]) +
                      (edge.contains("action") ? "  on " + text_of(edge["action"]) : ""));
  }

private:
  void layout(const graph_layout& x, const json& all, const std::string& indent) {
    for (size_t i = 0; i < x.line.size(); ++i) {
      auto mark = x.line.size() > 1 ? std::to_string(i + 1) + ". " : std::string{};
      auto below = indent + std::string(mark.size(), ' ');
      auto& place = x.line[i];
      if (place.branches.empty()) {
        node(all[place.node], indent + mark, below);
        continue;
      }
      line(indent + mark + "at once");
      for (auto& branch : place.branches) {
        auto is_last = &branch == &place.branches.back();
        if (branch.line.size() == 1 && branch.line[0].branches.empty())
          node(all[branch.line[0].node], below + (is_last ? "└ " : "├ "),
               below + (is_last ? "  " : "│ "));
        else {
          line(below + (is_last ? "└ " : "├ ") + "one after another");
          layout(branch, all, below + (is_last ? "  " : "│ "));
        }
      }
    }
  }

  void node(const json& x, const std::string& first, const std::string& below) {
    line(first + colored(terminal_, color::bold, x["id"].get<std::string>()) + "  " +
         one_line(x["type"].get<std::string>()));
    for (auto& text : {wrappers_of(x), batch_of(x), spending_of(x), ways_of(x)})
      detail(below, text);
    if (x.contains("reads"))
      detail(below, "reads " + listed(x["reads"]));
    if (x.contains("sets"))
      detail(below, "sets context " + listed(x["sets"]));
    if (x.contains("conditions"))
      choices(x, below);
    else if (x.contains("edges"))
      graph(x["children"], x["edges"], below);
    else if (x.contains("children"))
      nodes(x["children"], below, x["type"] == "sequence" || x["type"] == "loop");
    if (x.contains("score") && x["score"].is_string())
      detail(below, "each success is scored by " + x["score"].get<std::string>());
    else if (x.contains("score"))
      helper(x["score"], below, "each success is scored by:");
    if (x.contains("joiner"))
      helper(x["joiner"], below, "their results are joined by:");
    detail(below, next_of(x));
    if (x.contains("undo"))
      helper(x["undo"], below, "it is undone by:");
    if (x.contains("fallback")) {
      auto on = x.contains("fallback_on") ? " with " + listed(x["fallback_on"]) : std::string{};
      detail(below, "if it fails" + on + ":");
      nodes(x["fallback"], below, false);
    }
  }

  void helper(const json& x, const std::string& below, const std::string& title) {
    detail(below, title);
    nodes(json::array({x}), below, false);
  }

  void choices(const json& x, const std::string& below) {
    for (size_t i = 0; i < x["children"].size(); ++i) {
      auto& all = x["conditions"];
      detail(below, i < all.size() ? "when " + text_of(all[i]) + ":" : "else:");
      nodes(json::array({x["children"][i]}), below, false);
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
  auto flow = read_flow(x.flow, x.documents, kinds);
  if (!flow)
    return flow.error();
  auto plan = flow->describe();
  page out{terminal_of(STDOUT_FILENO)};
  auto description = plan["description"].get<std::string>();
  out.line(
    one_line(plan["name"].get<std::string>() + (description.empty() ? "" : ": " + description)));
  out.title("inputs", inputs_in(plan["inputs"]));
  out.title("secrets", listed(plan["secrets"]));
  out.title("env", listed(plan["env"]));
  auto rules = plan.value("context_merge", json::object());
  auto keys = plan["context"];
  keys.update(rules); // a key may have a rule and no value
  out.title("context", merged_keys(keys, rules));
  out.title("budget", budget_of(plan));
  out.title("limits", keys_of(plan.value("limits", json::object())));
  if (plan.contains("edges"))
    out.graph(plan["nodes"], plan["edges"], "");
  else
    out.nodes(plan["nodes"], "", true);
  auto flows = plan.value("flows", json::object());
  for (auto& [name, nodes] : flows.items()) {
    out.line("the flow " + name + ":");
    out.nodes(nodes, "  ", true);
  }
  out.title("output", plan.contains("output") ? plan["output"].is_string()
                                                  ? plan["output"].get<std::string>()
                                                  : plan["output"].dump()
                                              : "that of the last node");
  out.title("files", "read below " + folders(options.files.read) + "; written below " +
                       folders(options.files.write));
  return print(out.text()) ? exit_code::succeeded : exit_code::infrastructure;
}

} // namespace troupe::cli
