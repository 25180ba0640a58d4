// SPDX-License-Identifier: Apache-2.0
#include "troupe/registry.hpp"

namespace troupe {

namespace {

template <class Map>
std::shared_ptr<const step_kind> found_in(const Map& kinds, std::string_view name) {
  auto found = kinds.find(name);
  return found == kinds.end() ? nullptr : found->second;
}

template <class Map>
std::vector<std::string> names_of(const Map& kinds) {
  std::vector<std::string> all;
  for (auto& [name, kind] : kinds)
    all.push_back(name);
  return all;
}

/// A function over a list is a kind like any other, but not one that a step may name.
std::shared_ptr<const step_kind> kind_of(const std::string& name, list_fn run) {
  auto call = [run = std::move(run)](const step_input& in) -> step_output { return run(in.input); };
  return std::make_shared<const step_kind>(step_kind{.name = name, .run = plain_fn{call}});
}

} // namespace

void registry::add(step_kind kind) {
  auto name = kind.name;
  kinds_[name] = std::make_shared<const step_kind>(std::move(kind));
}

void registry::alias(std::string name, std::string_view kind) {
  if (auto found = find(kind))
    kinds_[std::move(name)] = std::move(found);
}

void registry::add_merge(std::string name, list_fn run) {
  merges_[name] = kind_of(name, std::move(run));
}

void registry::add_split(std::string name, list_fn run) {
  splits_[name] = kind_of(name, std::move(run));
}

void registry::add_context_merge(std::string name, list_fn run) {
  context_merges_[name] = kind_of(name, std::move(run));
}

std::shared_ptr<const step_kind> registry::find(std::string_view name) const {
  return found_in(kinds_, name);
}
std::shared_ptr<const step_kind> registry::find_merge(std::string_view name) const {
  return found_in(merges_, name);
}
std::shared_ptr<const step_kind> registry::find_split(std::string_view name) const {
  return found_in(splits_, name);
}
std::shared_ptr<const step_kind> registry::find_context_merge(std::string_view name) const {
  return found_in(context_merges_, name);
}
std::vector<std::string> registry::names() const { return names_of(kinds_); }
std::vector<std::string> registry::merge_names() const { return names_of(merges_); }
std::vector<std::string> registry::split_names() const { return names_of(splits_); }
std::vector<std::string> registry::context_merge_names() const { return names_of(context_merges_); }

} // namespace troupe
