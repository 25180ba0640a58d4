// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/print.hpp"
#include "troupe/engine.hpp"

#include <cstdio>
#include <map>
#include <memory>
#include <set>

namespace troupe::cli {

namespace {

using nlohmann::json;

/// Writes a picture in one of the languages for pictures.
class drawing {
public:
  virtual ~drawing() = default;
  virtual void node(const std::string& name, const std::string& id, const std::string& type) = 0;
  virtual void edge(const std::string& from, const std::string& to, const std::string& label) = 0;
  virtual void begin_group(const std::string& name, const std::string& label) = 0;
  virtual void end_group() = 0;
  virtual std::string text() const = 0;

protected:
  std::string indent() const { return std::string(2 * depth_, ' '); }
  size_t depth_ = 1;
  std::string body_;
};

std::string quoted(const std::string& text) { return json(text).dump(); }

class dot_drawing final : public drawing {
public:
  void node(const std::string& name, const std::string& id, const std::string& type) override {
    body_ += indent() + name + " [label=" + quoted(id + "\n" + type) + "];\n";
  }
  void edge(const std::string& from, const std::string& to, const std::string& label) override {
    auto style = label.empty() ? "" : " [style=dashed, label=" + quoted(label) + "]";
    body_ += indent() + from + " -> " + to + style + ";\n";
  }
  void begin_group(const std::string& name, const std::string& label) override {
    body_ += indent() + "subgraph cluster_" + name + " {\n";
    ++depth_;
    body_ += indent() + "label=" + quoted(label) + ";\n";
  }
  void end_group() override {
    --depth_;
    body_ += indent() + "}\n";
  }
  std::string text() const override {
    return "digraph flow {\n  rankdir=TB;\n  fontname=\"sans-serif\";\n"
           "  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
           "  edge [fontname=\"sans-serif\"];\n" +
           body_ + "}\n";
  }
};

class mermaid_drawing final : public drawing {
public:
  void node(const std::string& name, const std::string& id, const std::string& type) override {
    body_ +=
      indent() + name + "[\"" + escaped(id) + "<br/><small>" + escaped(type) + "</small>\"]\n";
  }
  void edge(const std::string& from, const std::string& to, const std::string& label) override {
    body_ += indent() + from + (label.empty() ? " --> " : " -. " + label + " .-> ") + to + "\n";
  }
  void begin_group(const std::string& name, const std::string& label) override {
    body_ += indent() + "subgraph " + name + "_group [\"" + escaped(label) + "\"]\n";
    ++depth_;
  }
  void end_group() override {
    --depth_;
    body_ += indent() + "end\n";
  }
  std::string text() const override { return "flowchart TB\n" + body_; }

private:
  static std::string escaped(const std::string& text) {
    std::string out;
    for (auto c : text)
      if (c == '"' || c == '<' || c == '>' || c == '#' || c == '&' || c == '\n')
        out += "#" + std::to_string(static_cast<int>(c)) + ";";
      else
        out += c;
    return out;
  }
};

using names = std::vector<std::string>;

/// Nodes get numbers for names: ids may be words of the language.
class artist {
public:
  explicit artist(drawing& to) : to_{to} {}

  /// Draws nodes one after another behind `before`; what the next one is to follow.
  names in_order(const json& all, names before) {
    for (auto& x : all)
      before = node(x, before);
    for (auto& x : all) // once all of them are there
      jumps(x);
    return before;
  }

  /// Draws the nodes of a graph with its edges; the ends are those that no edge leads on from.
  names as_graph(const json& all, const json& edges, const names& before) {
    std::set<std::string> lead_on, led_to;
    for (auto& edge : edges) {
      lead_on.insert(edge["from"]);
      led_to.insert(edge["to"]);
    }
    names ends;
    for (auto& x : all) {
      auto id = x["id"].get<std::string>();
      auto own = node(x, led_to.contains(id) ? names{} : before);
      if (!lead_on.contains(id))
        ends.insert(ends.end(), own.begin(), own.end());
    }
    for (auto& edge : edges)
      lead(edge["from"], edge["to"], edge.value("action", ""));
    return ends;
  }

private:
  void jumps(const json& x) {
    auto targets = x.value("next", json::object());
    for (auto& [action, to] : targets.items())
      if (to != "end")
        lead(x["id"], to, action == "default" ? "next" : action);
  }

  void lead(const std::string& from, const std::string& to, const std::string& label) {
    for (auto& end : ends_[from])
      if (begins_.contains(to))
        to_.edge(end, begins_[to], label);
  }

  names node(const json& x, const names& before) {
    auto ends = body(x, before);
    ends_[x["id"]] = ends;
    if (!x.contains("fallback"))
      return ends;
    auto primary = ends;
    for (auto& backup : x["fallback"]) {
      label_ = "on failure";
      primary = node(backup, primary);
      ends.insert(ends.end(), primary.begin(), primary.end());
    }
    return ends;
  }

  names body(const json& x, const names& before) {
    auto id = x["id"].get<std::string>();
    auto name = "n" + std::to_string(++count_);
    auto how = x.contains("batch")   ? ", for each item"
               : x["type"] == "loop" ? ", again and again"
                                     : "";
    if (!x.contains("children")) {
      to_.node(name, id, x["type"].get<std::string>() + how);
      begins_[id] = name;
      connect(before, name);
      return {name};
    }
    begins_[id] = "n" + std::to_string(count_ + 1); // where its first node does
    to_.begin_group(name, id + " (" + x["type"].get<std::string>() + how + ")");
    auto ends = members(x, before);
    to_.end_group();
    return ends;
  }

  names members(const json& x, const names& before) {
    auto& children = x["children"];
    if (x.contains("edges"))
      return as_graph(children, x["edges"], before);
    if (x["type"] == "sequence" || x["type"] == "loop" || x["type"] == "flow")
      return in_order(children, before);
    auto label = label_;
    auto conditions = x.value("conditions", json::array());
    names ends;
    for (size_t i = 0; i < children.size(); ++i) {
      label_ = i < conditions.size() ? conditions[i].get<std::string>()
               : !conditions.empty() ? "else"
                                     : label;
      auto one = node(children[i], before);
      ends.insert(ends.end(), one.begin(), one.end());
    }
    return x.contains("joiner") ? node(x["joiner"], ends) : ends;
  }

  void connect(const names& before, const std::string& to) {
    for (auto& from : before)
      to_.edge(from, to, label_);
    label_.clear();
  }

  drawing& to_;
  size_t count_ = 0;
  std::string label_;                         // of the edges that are drawn next
  std::map<std::string, std::string> begins_; // by id: where one gets in
  std::map<std::string, names> ends_;         // by id: where one gets out
};

/// Through Graphviz, which writes to our own standard output; false if it is not there.
bool render(const std::string& dot) {
  auto graphviz = ::popen("exec dot -Tsvg 2>/dev/null", "w");
  if (!graphviz)
    return false;
  std::fwrite(dot.data(), 1, dot.size(), graphviz);
  return ::pclose(graphviz) == 0;
}

} // namespace

int execute(const graph_command& x) {
  registry kinds;
  add_built_in_steps(kinds);
  auto flow = read_flow(x.flow, x.documents, kinds);
  if (!flow)
    return flow.error();
  std::unique_ptr<drawing> to;
  if (x.format == "mermaid")
    to = std::make_unique<mermaid_drawing>();
  else
    to = std::make_unique<dot_drawing>();
  auto plan = flow->describe();
  artist by{*to};
  if (plan.contains("edges"))
    by.as_graph(plan["nodes"], plan["edges"], {});
  else
    by.in_order(plan["nodes"], {});
  auto text = to->text();
  if (x.format == "svg") {
    if (render(text))
      return exit_code::succeeded;
    complain("troupe: SVG is drawn by Graphviz, and `dot` is not there: apt install graphviz\n");
    return exit_code::infrastructure;
  }
  return print(text) ? exit_code::succeeded : exit_code::infrastructure;
}

} // namespace troupe::cli
