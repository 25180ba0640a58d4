// SPDX-License-Identifier: Apache-2.0
#include "troupe/context.hpp"

namespace troupe {

changes composed(changes earlier, const changes& later) {
  for (auto& [key, wanted] : later)
    earlier[key] = wanted;
  return earlier;
}

std::optional<value> context::find(std::string_view key) const {
  auto found = map_.find(key);
  return found ? std::optional{*found} : std::nullopt;
}

context context::set(std::string key, value x) const {
  context result;
  result.map_ = map_.set(std::move(key), std::move(x));
  return result;
}

context context::erase(const std::string& key) const {
  context result;
  result.map_ = map_.erase(key);
  return result;
}

context context::with(const changes& delta) const {
  auto result = *this;
  for (auto& [key, wanted] : delta)
    result = wanted ? result.set(key, *wanted) : result.erase(key);
  return result;
}

value context::as_value() const {
  std::vector<value::member> members;
  members.reserve(size());
  map_.each([&](const std::string& key, const value& x) { members.emplace_back(key, x); });
  return value::object(std::move(members));
}

} // namespace troupe
