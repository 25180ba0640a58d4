// SPDX-License-Identifier: Apache-2.0
#include "config/ids.hpp"

#include <algorithm>

namespace troupe::config {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_in_id(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; }

} // namespace

std::string as_id(std::string name) {
  std::replace_if(
    name.begin(), name.end(), [](char c) { return !is_in_id(c); }, '_');
  return name.empty() || !is_letter(name[0]) ? "_" + name : name;
}

std::string free_ids::find(const std::string& wish,
                           const std::function<bool(const std::string&)>& is_taken) {
  if (!is_taken(wish))
    return wish;
  auto& number = next_.try_emplace(wish, 2).first->second;
  while (is_taken(wish + "_" + std::to_string(number)))
    ++number;
  return wish + "_" + std::to_string(number);
}

} // namespace troupe::config
