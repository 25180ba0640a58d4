// SPDX-License-Identifier: Apache-2.0
#include "config/native/keys.hpp"
#include "config/native/native_reader.hpp"

#include <algorithm>

namespace troupe::config {

namespace {

constexpr int64_t most_moves = 1000;

constexpr auto every_way = "`label`, `node`, `same_as` or `spread`";

/// Those of the node that are written; there has to be one.
std::vector<std::string> ways_of(const reader& in) {
  std::vector<std::string> all;
  for (auto& way : keys::ways_to_place)
    if (in.has(way))
      all.push_back(way);
  return all;
}

} // namespace

std::optional<plan::place> native_reader::read_place(const reader& in) {
  if (!in.wants_object(std::string{"an object with "} + every_way))
    return {};
  in.check_keys(keys::place, "`place`");
  if (places_ > 0)
    in.error({"nested_place", "this runs inside of a node that has a place already",
              "leave out one of the two"});
  auto ways = ways_of(in);
  if (ways.size() != 1)
    in.error({ways.empty() ? "missing_key" : "conflicting_keys",
              std::string{"`place` needs one of "} + every_way});
  plan::place x;
  x.queue = in.time("queue");
  if (auto moves = in.integer("max_moves", 0, most_moves))
    x.max_moves = static_cast<size_t>(*moves);
  if (ways.size() != 1)
    return {};
  if (ways[0] == "spread") {
    if (in.boolean("spread") == false)
      return {};
    return x;
  }
  x.name = in.text(ways[0]).value_or("");
  x.way = ways[0] == "label"  ? plan::placement::label
          : ways[0] == "node" ? plan::placement::node
                              : plan::placement::same_as;
  if (x.way == plan::placement::same_as && !x.name.empty()) {
    auto found = find_readable(x.name);
    if (!found) {
      explain_unknown(in.member("same_as"), x.name, x.name, 0);
      return {};
    }
    x.same_as = found->slot;
    read_slots_.insert(found->slot);
  }
  return x;
}

namespace {

/// Whether what stands on the node is for the nodes inside of it, each of which goes on its own.
bool is_for_members(const plan::node& x, const std::string& shape) {
  return !x.batch && (shape == "parallel" || shape == "graph");
}

} // namespace

void native_reader::take_place(const reader& in, plan::node& x, const std::string& shape,
                               std::optional<plan::place> given) {
  auto place = in.has("place") ? read_place(in.member("place")) : std::move(given);
  all_.has_places = all_.has_places || place;
  if (place && in.has("place") && is_for_members(x, shape))
    place_of_group_ = std::move(place);
  else
    x.place = std::move(place);
}

} // namespace troupe::config
