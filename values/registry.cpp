// SPDX-License-Identifier: Apache-2.0
#include "troupe/registry.hpp"

namespace troupe {

void registry::add(step_kind kind) {
  auto name = kind.name;
  kinds_[name] = std::make_shared<const step_kind>(std::move(kind));
}

void registry::alias(std::string name, std::string_view kind) {
  if (auto found = find(kind))
    kinds_[std::move(name)] = std::move(found);
}

std::shared_ptr<const step_kind> registry::find(std::string_view name) const {
  auto found = kinds_.find(name);
  return found == kinds_.end() ? nullptr : found->second;
}

std::vector<std::string> registry::names() const {
  std::vector<std::string> all;
  for (auto& [name, kind] : kinds_)
    all.push_back(name);
  return all;
}

} // namespace troupe
