// SPDX-License-Identifier: Apache-2.0
#include "config/node_index.hpp"

#include <charconv>

namespace troupe::plan {

namespace {

/// Between the number of the flow and the path of the node.
constexpr char separator = ':';

} // namespace

node_index::node_index(const flow& x) : flow_{x} {
  add(x.root, "0");
  for (size_t i = 0; i < x.subflows.size(); ++i)
    add(x.subflows[i]->root, std::to_string(i + 1));
}

void node_index::add(const node& x, const std::string& prefix) {
  auto key = prefix + separator + x.path;
  while (!nodes_.emplace(key, &x).second) // paths of backups and undos may repeat
    key += '\'';
  keys_.emplace(&x, std::move(key));
  each_inner(x, [&](const node& inner) { add(inner, prefix); });
}

const node* node_index::find(std::string_view key) const {
  auto found = nodes_.find(std::string{key});
  return found == nodes_.end() ? nullptr : found->second;
}

const flow_core& node_index::flow_of(std::string_view key) const {
  size_t number = 0;
  std::from_chars(key.data(), key.data() + key.size(), number);
  return number == 0 ? static_cast<const flow_core&>(flow_) : *flow_.subflows.at(number - 1);
}

} // namespace troupe::plan
