// SPDX-License-Identifier: Apache-2.0
#include "config/jq/scan.hpp"
#include "config/native/native_reader.hpp"
#include "config/suggest.hpp"

#include <algorithm>

namespace troupe::config {

namespace {

bool allow_program(const reader& in, const std::string& text, const jq_mentions& mentions) {
  auto forbidden = forbidden_in(mentions);
  if (text.find("${") != text.npos)
    in.error_inside(
      "${", {"bad_expression", "a template does not work in a jq program", "write $id.field"});
  else if (!forbidden.empty())
    in.error_inside(forbidden, {"bad_expression", "jq's `" + forbidden + "` is not allowed here"});
  else
    return true;
  return false;
}

/// For a function that jq does not know: the nearest that it knows.
std::string hint_for(const std::string& message) {
  constexpr std::string_view begin = "jq: ";
  auto slash = message.find('/');
  if (!message.starts_with(begin) || message.find(" is not defined") == message.npos ||
      slash == message.npos)
    return {};
  std::vector<std::string> names;
  auto known = jq_programs{{{"builtins[] | split(\"/\")[0]", {}}}}.evaluate(0, {}, {});
  for (auto& name : known.value_or(std::vector<value>{}))
    names.push_back(name.text());
  return did_you_mean(message.substr(begin.size(), slash - begin.size()), names);
}

} // namespace

plan::expression native_reader::read_program(const reader& in, const std::string& text) {
  plan::expression out{.text = text, .program = programs_.size()};
  auto mentions = scan_jq(text);
  if (!allow_program(in, text, mentions)) {
    programs_.push_back({jq_source{"."}, in.pointer(), {}}); // keeps its number; it never runs
    return out;
  }
  jq_source source{text};
  for (auto& name : mentions.variables) {
    plan::reference x{.text = "$" + name, .root = name};
    if (name == "inputs" || name == "workflow")
      x.origin = plan::origin::inputs, read_inputs_.insert("*");
    else if (name == "context")
      x.origin = plan::origin::context;
    else if (name == "env")
      x.origin = plan::origin::environment;
    else if (auto found = readable_.find(name); found != readable_.end()) {
      x.origin = plan::origin::step_output;
      x.slot = found->second.slot;
      read_slots_.insert(x.slot);
    } else {
      continue; // bound in the program itself, or jq will say that it is not
    }
    source.variables.push_back(name);
    out.variables.emplace_back(name, std::move(x));
  }
  auto unreadable = std::vector<std::string>{};
  for (auto& name : mentions.variables)
    if (!readable_.contains(name) && ids_.contains(name))
      unreadable.push_back(name);
  programs_.push_back({std::move(source), in.pointer(), std::move(unreadable)});
  return out;
}

void native_reader::check_programs() {
  std::vector<jq_source> all;
  for (auto& x : programs_)
    all.push_back(x.source);
  if (all.empty() || all_compile(all))
    return;
  for (auto& x : programs_) {
    auto message = why_not_compiled(x.source);
    if (message.empty())
      continue;
    reader in{document_.root.at(nlohmann::json::json_pointer{
                document_.places.contains(x.pointer) ? x.pointer : ""}),
              x.pointer, found_};
    auto is_unreadable = [&](auto& id) { return message.find("$" + id + " ") != message.npos; };
    auto id = std::find_if(x.unreadable.begin(), x.unreadable.end(), is_unreadable);
    if (id != x.unreadable.end())
      explain_unknown(in, *id, "$" + *id);
    else
      in.error({"bad_expression", message, hint_for(message)});
  }
}

} // namespace troupe::config
