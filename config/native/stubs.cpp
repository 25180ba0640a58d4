// SPDX-License-Identifier: Apache-2.0
#include "config/native/stubs.hpp"

namespace troupe::config {

using nlohmann::json;

std::shared_ptr<const step_kind> stubs::kind(const std::string& name) {
  auto run = [](const step_input& in) -> step_output {
    return in.params.size() > 0 ? in.params : in.input;
  };
  return std::make_shared<const step_kind>(step_kind{
    .name = name, .summary = "Stands in for a kind that is not there.", .run = inline_fn{run}});
}

void stubs::note(size_t slot, const plan::reference& x, bool as_list) {
  auto way = x.way;
  if (x.origin == plan::origin::step_result) {
    auto first = way.empty() ? nullptr : std::get_if<std::string>(&way.front());
    if (!first || *first != "output")
      return; // its status or its metrics: every result has them
    way.erase(way.begin());
  }
  parts_[slot].push_back({std::move(way), as_list});
}

namespace {

/// The part of `x` that a way leads to; what is not there is made.
json& part_at(json& x, const std::vector<plan::segment>& way) {
  auto at = &x;
  for (auto& one : way) {
    if (auto name = std::get_if<std::string>(&one)) {
      if (!at->is_object())
        *at = json::object();
      at = &(*at)[*name];
      continue;
    }
    auto place = std::get_if<size_t>(&one);
    if (!at->is_array())
      *at = json::array();
    auto wanted = std::min<size_t>(place ? *place : 1, 99); // a place is named: one of a few
    while (at->size() <= wanted)
      at->push_back(nullptr);
    at = &(*at)[place ? wanted : 0];
  }
  return *at;
}

void fill_in(json& x, const std::string& text) {
  if (x.is_null())
    x = text;
  else if (x.is_structured())
    for (auto& inner : x)
      fill_in(inner, text);
}

} // namespace

json stubs::output_of(size_t slot, const std::string& id) const {
  auto found = parts_.find(slot);
  if (found == parts_.end())
    return nullptr;
  json out;
  auto text = "stub of " + id;
  for (auto& [way, as_list] : found->second) {
    auto& part = part_at(out, way);
    if (as_list && !part.is_array())
      part = json::array({text + ", 1", text + ", 2"});
  }
  fill_in(out, text);
  return out;
}

} // namespace troupe::config
