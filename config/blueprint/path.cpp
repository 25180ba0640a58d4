// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/path.hpp"

#include "config/suggest.hpp"

#include <algorithm>
#include <array>

namespace troupe::config::blueprint {

namespace {

std::string rest_of(const path& x, size_t from) {
  std::string out;
  for (auto i = from; i < x.way.size(); ++i)
    if (auto name = std::get_if<std::string>(&x.way[i]))
      out += as_member(*name);
    else
      out += "[" + std::to_string(std::get<int64_t>(x.way[i])) + "]";
  return out;
}

/// Where a path through `steps` leads: to a step, and there to its output or to its whole result.
struct step_place {
  std::string id;
  bool in_output = false;
  size_t rest = 1; ///< where in the way it goes on
};

step_place place_of(const path& x, const step_names& names, words& in) {
  auto name = x.way.empty() ? nullptr : std::get_if<std::string>(&x.way.front());
  if (!name) {
    in.refuse("`steps` needs the name of a step", "write steps.NAME.output", x.root, x.at);
    return {};
  }
  auto id = names.find(*name);
  if (!id)
    in.refuse_name("there is no step \"" + *name + "\"", names.nearest(*name), *name,
                   x.at + x.root.size());
  auto part = x.way.size() > 1 ? std::get_if<std::string>(&x.way[1]) : nullptr;
  auto in_output = part && *part == "output";
  return {id.value_or(""), in_output, in_output ? size_t{2} : size_t{1}};
}

void refuse_root(const path& x, words& in, const step_names& names) {
  std::vector<std::string> roots{"context", "previous_step", "steps", "this", "inputs"};
  auto hint = names.find(x.root) ? "for the output of a step write steps." + x.root + ".output"
                                 : did_you_mean(x.root, roots);
  if (hint.empty())
    hint = "values are context.x, previous_step, steps.NAME.output, this and inputs.x";
  in.refuse_name("\"" + x.root + "\" is nothing that has a value here", hint, x.root, x.at);
}

/// jq has words of its own, which are no names of variables there.
bool is_variable(const std::string& id) {
  constexpr std::array words{"and",    "as",   "catch", "def",     "elif",    "else",
                             "end",    "if",   "or",    "foreach", "import",  "not",
                             "reduce", "then", "try",   "label",   "include", "__loc__"};
  return id.find('-') == id.npos && std::find(words.begin(), words.end(), id) == words.end();
}

} // namespace

std::string jq_way(const path& x) { return rest_of(x, 0); }

std::string native_reference(const path& x, const step_names& names, words& in) {
  static const std::map<std::string, std::string> roots{
    {"context", "context"}, {"previous_step", "previous"},
    {"this", "item"},       {"inputs", "inputs"},
    {"item", "item"},       {"index", "index"},
    {"env", "env"},         {"secret", "secret"},
    {"result", "result"}};
  if (x.root == "steps") {
    auto place = place_of(x, names, in);
    return (place.in_output ? "" : "steps.") + place.id + rest_of(x, place.rest);
  }
  auto is_behind = [](auto& step) {
    auto place = std::get_if<int64_t>(&step);
    return place && *place < 0;
  };
  if (std::any_of(x.way.begin(), x.way.end(), is_behind))
    in.refuse("a template counts places from 0, not from the end", "use a jq step", x.root, x.at);
  auto known = roots.find(x.root);
  if (known == roots.end())
    refuse_root(x, in, names);
  return (known == roots.end() ? x.root : known->second) + rest_of(x, 0);
}

std::string jq_path(const path& x, const step_names& names, words& in) {
  static const std::map<std::string, std::string> roots{
    {"context", "$context"}, {"previous_step", "."}, {"this", "$item"}, {"inputs", "$inputs"},
    {"item", "$item"},       {"index", "$index"},    {"env", "$env"}};
  if (x.root == "steps") {
    auto place = place_of(x, names, in);
    auto rest = rest_of(x, place.rest);
    auto quoted = "$steps[\"" + place.id + "\"]";
    if (!place.in_output)
      return quoted + rest;
    return (is_variable(place.id) ? "$" + place.id : quoted + ".output") + rest;
  }
  auto known = roots.find(x.root);
  if (known == roots.end()) {
    refuse_root(x, in, names);
    return ".";
  }
  auto rest = rest_of(x, 0);
  return known->second == "." && rest.starts_with(".") ? rest : known->second + rest;
}

} // namespace troupe::config::blueprint
