// SPDX-License-Identifier: Apache-2.0
#include "troupe/lists.hpp"

#include <algorithm>
#include <unordered_map>

namespace troupe {

std::vector<value> dealt(const value& list, size_t hands) {
  std::vector<std::vector<value>> all(hands);
  for (size_t i = 0; i < list.size(); ++i)
    all[i % hands].push_back(*list.at(i));
  std::vector<value> lists;
  for (auto& items : all)
    lists.push_back(value::list(std::move(items)));
  return lists;
}

std::vector<value> chunks(const value& list, size_t parts) {
  std::vector<value> all;
  auto least = list.size() / parts;
  auto longer = list.size() % parts;
  size_t at = 0;
  for (size_t part = 0; part < parts; ++part) {
    auto end = at + least + (part < longer ? 1 : 0);
    std::vector<value> items;
    for (; at < end; ++at)
      items.push_back(*list.at(at));
    all.push_back(value::list(std::move(items)));
  }
  return all;
}

std::string vote_of(const value& output) {
  return output.json().dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<std::pair<value, size_t>> votes_of(const std::vector<value>& outputs) {
  std::vector<std::pair<value, size_t>> votes;
  std::unordered_map<std::string, size_t> places;
  for (auto& output : outputs) {
    auto [place, is_new] = places.emplace(vote_of(output), votes.size());
    if (is_new)
      votes.emplace_back(output, 0);
    ++votes[place->second].second;
  }
  return votes;
}

const std::pair<value, size_t>& winner_of(const std::vector<std::pair<value, size_t>>& votes) {
  return *std::max_element(votes.begin(), votes.end(),
                           [](auto& x, auto& y) { return x.second < y.second; });
}

namespace {

value deep_merged(const value& earlier, const value& later) {
  if (!earlier.is_object() || !later.is_object())
    return later;
  std::vector<value::member> all;
  earlier.each_member([&](const std::string& name, const value& x) {
    auto other = later.find(name);
    all.emplace_back(name, other ? deep_merged(x, *other) : x);
  });
  later.each_member([&](const std::string& name, const value& x) {
    if (!earlier.find(name))
      all.emplace_back(name, x);
  });
  return value::object(std::move(all));
}

value concatenated(const std::vector<value>& lists) {
  std::vector<value> all;
  for (auto& list : lists)
    for (size_t i = 0; i < list.size(); ++i)
      all.push_back(*list.at(i));
  return value::list(std::move(all));
}

value joined(const std::vector<value>& texts, const std::string& separator) {
  std::string all;
  for (auto& text : texts)
    all += (&text == &texts.front() ? "" : separator) + text.text();
  return value{nlohmann::json(std::move(all))};
}

} // namespace

expected<value> combined(const std::vector<value>& outputs, const std::string& separator) {
  if (outputs.size() == 1)
    return outputs.front();
  std::string type = outputs.front().type_name();
  for (auto& x : outputs)
    if (x.type_name() != type)
      return failure(errc::merge_conflict, "combine_outputs: wanted outputs of one type, got " +
                                             type + " and " + x.type_name());
  if (type == "string")
    return joined(outputs, separator);
  if (type == "array")
    return concatenated(outputs);
  if (type != "object")
    return failure(errc::merge_conflict,
                   "combine_outputs: wanted objects, lists or texts, got " + type);
  auto all = outputs.front();
  for (size_t i = 1; i < outputs.size(); ++i)
    all = deep_merged(all, outputs[i]);
  return all;
}

} // namespace troupe
