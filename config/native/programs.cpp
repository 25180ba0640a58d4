// SPDX-License-Identifier: Apache-2.0
#include "config/native/programs.hpp"
#include "config/helpers.hpp"
#include "config/jq/scan.hpp"
#include "config/native/native_reader.hpp"
#include "config/suggest.hpp"

#include <algorithm>
#include <map>
#include <regex>

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

/// A program in which the results that it names by `$steps.a` or `$steps["a-b"]` are variables.
struct program_over_results {
  std::string text;
  std::map<std::string, std::string> ids = {}; ///< by variable
};

program_over_results over_results(const std::string& text) {
  static const std::regex pattern{R"re(\$steps\s*(?:\[\s*"([^"\\]*)"\s*\]|\.\s*([A-Za-z_]\w*)))re"};
  if (text.find("$steps") == text.npos)
    return {text};
  program_over_results out;
  auto rest = text.begin();
  for (std::sregex_iterator found{text.begin(), text.end(), pattern}, end; found != end; ++found) {
    auto variable = "troupe_result_" + std::to_string(out.ids.size());
    out.text.append(rest, (*found)[0].first);
    out.text += "$" + variable;
    rest = (*found)[0].second;
    out.ids[variable] = (*found)[1].matched ? (*found)[1].str() : (*found)[2].str();
  }
  out.text.append(rest, text.end());
  return out;
}

} // namespace

plan::expression native_reader::read_program(const reader& in, const std::string& text) {
  plan::expression out{.text = text, .program = all_.programs.size()};
  auto mentions = scan_jq(text);
  if (!allow_program(in, text, mentions)) {
    // keeps its number; it never runs
    all_.programs.push_back({jq_source{"."}, this, in.pointer(), {}});
    return out;
  }
  auto program = over_results(text);
  jq_source source{program.text};
  std::vector<std::string> unreadable;
  for (auto& [variable, id] : program.ids) {
    plan::reference x{.text = "$steps", .root = "steps", .way = {id}};
    bind_step(in, x, true);
    source.variables.push_back(variable);
    out.variables.emplace_back(variable, std::move(x));
  }
  for (auto& name : mentions.variables) {
    plan::reference x{.text = "$" + name, .root = name};
    if (auto bound = names_.find(name); bound != names_.end())
      x.origin = plan::origin::name, x.slot = bound->second;
    else if (name == "inputs" || name == "workflow")
      bind_input(in, x, true);
    else if (name == "context")
      x.origin = plan::origin::context;
    else if (name == "env")
      x.origin = plan::origin::environment;
    else if (in_action_ && name == own_id_)
      x.origin = plan::origin::previous;
    else if (auto found = find_readable(name)) {
      x.origin = plan::origin::step_output;
      x.slot = found->slot;
      read_slots_.insert(x.slot);
    } else {
      if (ids_.contains(name))
        unreadable.push_back(name);
      continue; // bound in the program itself, or jq will say that it is not
    }
    source.variables.push_back(name);
    out.variables.emplace_back(name, std::move(x));
  }
  all_.programs.push_back({std::move(source), this, in.pointer(), std::move(unreadable)});
  return out;
}

/// A text with a template in it is one; any other is a program.
plan::helper native_reader::read_jq_or_template(const reader& in) {
  auto text = in.as_text();
  if (!text)
    return nullptr;
  if (text->find("${") != text->npos)
    return filling(read_template(in));
  return evaluating(read_program(in, *text));
}

void check_programs(reading& all) {
  std::vector<jq_source> sources;
  for (auto& x : all.programs)
    sources.push_back(x.source);
  if (!sources.empty() && !all_compile(sources))
    for (auto& x : all.programs)
      x.reader->explain_program(x);
}

void native_reader::explain_program(const noted_program& x) {
  auto message = why_not_compiled(x.source);
  if (message.empty())
    return;
  auto& root = source_.content.root;
  nlohmann::json::json_pointer known{x.pointer};
  reader in{root.contains(known) ? root.at(known) : root, x.pointer, found_};
  auto is_unreadable = [&](auto& id) { return message.find("$" + id + " ") != message.npos; };
  auto id = std::find_if(x.unreadable.begin(), x.unreadable.end(), is_unreadable);
  if (id != x.unreadable.end())
    explain_unknown(in, *id, "$" + *id, 0);
  else
    in.error({"bad_expression", message, hint_for(message)});
}

} // namespace troupe::config
