// SPDX-License-Identifier: Apache-2.0
#include "steps/kinds.hpp"

#include "troupe/lists.hpp"

namespace troupe::steps {

using nlohmann::json;

namespace {

/// One of those to be merged: a step's result as `collect_all` gives it, or a value as it is.
struct part {
  value whole, output;
  std::optional<std::string> name;
  bool success = true;
};

[[noreturn]] void refuse(const std::string& what) { throw step_error{errc::invalid_input, what}; }

part part_of(const value& x, std::optional<std::string> name = {}) {
  auto success = x.find("success"), output = x.find("output");
  if (!success || !output)
    return {x, x, std::move(name), !x.is_null()}; // null is what a failed branch leaves
  if (auto own = x.find("name"); own && own->is_string())
    name = own->text();
  return {x, *output, std::move(name), *success == value{true}};
}

/// An item of a batch gives its fields beside `item`, or its `value`.
value without_item(const value& x) {
  if (!x.is_object())
    return x;
  if (auto only = x.find("value"); only && x.size() == 2)
    return *only;
  std::vector<value::member> rest;
  x.each_member([&](const std::string& name, const value& member) {
    if (name != "item")
      rest.emplace_back(name, member);
  });
  return value::object(std::move(rest));
}

/// What the groups of a content chain give has `outputs`, what a batch gives has `results`.
value unwrapped(const value& x) {
  if (auto outputs = x.find("outputs"); outputs && outputs->is_array())
    return *outputs;
  auto results = x.find("results");
  if (!results || !results->is_array() || !x.find("batch_metadata"))
    return x;
  std::vector<value> all;
  for (size_t i = 0; i < results->size(); ++i)
    all.push_back(without_item(*results->at(i)));
  return value::list(std::move(all));
}

/// A list, or an object of names.
std::vector<part> parts_of(const value& list) {
  std::vector<part> all;
  if (list.is_object())
    list.each_member(
      [&](const std::string& name, const value& x) { all.push_back(part_of(x, name)); });
  else if (!list.is_array())
    refuse(std::string{"wanted a list of results, got "} + list.type_name());
  for (size_t i = 0; list.is_array() && i < list.size(); ++i)
    all.push_back(part_of(*list.at(i)));
  return all;
}

std::vector<value> outputs_of(const std::vector<part>& parts) {
  std::vector<value> all;
  for (auto& x : parts)
    all.push_back(x.output);
  return all;
}

std::vector<part> successful(std::vector<part> parts) {
  std::erase_if(parts, [](auto& x) { return !x.success; });
  if (parts.empty())
    refuse("none of the results is a success");
  return parts;
}

value by_name(const std::vector<part>& parts) {
  std::vector<value::member> all;
  for (auto& x : parts) {
    if (!x.name)
      refuse("by_name: wanted results with a name, got " + x.whole.json().dump());
    all.emplace_back(*x.name, x.output);
  }
  return value::object(std::move(all));
}

const part& best_of(const std::vector<part>& parts) {
  auto quality_of = [](const part& x) {
    auto quality = x.whole.find("quality");
    return quality && quality->is_number() ? quality->json().get<double>()
                                           : -std::numeric_limits<double>::infinity();
  };
  return *std::max_element(parts.begin(), parts.end(),
                           [&](auto& x, auto& y) { return quality_of(x) < quality_of(y); });
}

/// Files, in order; what is a list of files gives all of them.
value files_of(const std::vector<part>& parts) {
  std::vector<value> all;
  for (auto& x : parts)
    for (size_t i = 0; i < (x.output.is_array() ? x.output.size() : 1); ++i)
      all.push_back(x.output.is_array() ? *x.output.at(i) : x.output);
  return value::list(std::move(all));
}

value merged(const std::string& strategy, const step_input& in, const value& given) {
  auto results = unwrapped(given);
  if (strategy == "collect_all")
    return results;
  auto parts = parts_of(results);
  if (strategy == "outputs")
    return value::list(outputs_of(parts));
  if (strategy == "by_name")
    return by_name(parts);
  parts = successful(std::move(parts));
  if (strategy == "first_success")
    return parts.front().output;
  if (strategy == "best_quality")
    return best_of(parts).output;
  if (strategy == "majority_vote")
    return winner_of(votes_of(outputs_of(parts))).first;
  if (strategy != "combine_outputs")
    return files_of(parts);
  auto separator = in.param("separator");
  auto all = combined(outputs_of(parts), separator.is_string() ? separator.text() : "\n");
  if (!all)
    throw step_error{all.error().code, all.error().message};
  return *all;
}

} // namespace

/// Merges results that are there already, as the parallel group would.
step_kind merge_kind() {
  auto schema = R"({
    "type": "object",
    "properties": {
      "strategy": {"type": "string",
                   "enum": ["collect_all", "outputs", "by_name", "first_success", "best_quality",
                            "combine_outputs", "majority_vote", "reduce",
                            "combine_images", "combine_videos", "combine_audio"],
                   "description": "as that of a parallel group; combine_images, …_videos and …_audio give the list of files"},
      "results": {"description": "a list of results or of values, an object of them by name, an object with `outputs`, or what a batch gives; without it, the input"},
      "separator": {"type": "string", "default": "\n", "description": "between texts, for combine_outputs"},
      "program": {"type": "string", "format": "jq", "description": "for reduce; `.` is the results"}
    },
    "required": ["strategy"],
    "if": {"properties": {"strategy": {"const": "reduce"}}},
    "then": {"required": ["program"]},
    "additionalProperties": false
  })"_json;
  auto run = [](const step_input& in) -> step_output {
    auto results = in.params.find("results").value_or(in.input);
    auto strategy = in.param("strategy").text();
    if (strategy != "reduce")
      return merged(strategy, in, results);
    auto reduced = in.host->evaluate("program", results);
    if (!reduced)
      throw step_error{reduced.error().code, reduced.error().message};
    return *reduced;
  };
  return {"merge", "Merges a list of results into one.", schema, "any", "any", plain_fn{run}};
}

} // namespace troupe::steps
