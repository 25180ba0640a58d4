// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"
#include "cli/print.hpp"
#include "troupe/engine.hpp"

#include <cstdio>
#include <memory>

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
    return before;
  }

private:
  names node(const json& x, const names& before) {
    auto ends = body(x, before);
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
    if (!x.contains("children")) {
      to_.node(name, id, x["type"]);
      connect(before, name);
      return {name};
    }
    auto label = id + " (" + x["type"].get<std::string>() + ")";
    to_.begin_group(name, label);
    names ends;
    if (x["type"] == "sequence") {
      ends = in_order(x["children"], before);
    } else {
      auto how = label_;
      for (auto& branch : x["children"]) {
        label_ = how;
        auto one = node(branch, before);
        ends.insert(ends.end(), one.begin(), one.end());
      }
    }
    to_.end_group();
    return ends;
  }

  void connect(const names& before, const std::string& to) {
    for (auto& from : before)
      to_.edge(from, to, label_);
    label_.clear();
  }

  drawing& to_;
  size_t count_ = 0;
  std::string label_; // of the edges that are drawn next
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
  auto flow = load_flow(x.flow, kinds);
  if (!flow) {
    complain(flow.error());
    return exit_code::invalid_flow;
  }
  std::unique_ptr<drawing> to;
  if (x.format == "mermaid")
    to = std::make_unique<mermaid_drawing>();
  else
    to = std::make_unique<dot_drawing>();
  artist{*to}.in_order(flow->describe()["nodes"], {});
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
