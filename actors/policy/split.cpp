// SPDX-License-Identifier: Apache-2.0
#include "actors/policy/split.hpp"

#include "troupe/lists.hpp"

namespace troupe {

expected<branch_inputs> split_input(plan::split_strategy strategy, const value& input,
                                    size_t branches) {
  if (strategy == plan::split_strategy::duplicate)
    return branch_inputs(branches, input);
  if (!input.is_array())
    return failure(errc::invalid_input,
                   std::string{"split: wanted a list, got "} + input.type_name());
  auto is_dealt = strategy == plan::split_strategy::round_robin;
  branch_inputs all;
  for (auto& part : is_dealt ? dealt(input, branches) : chunks(input, branches))
    all.push_back(part.size() > 0 ? std::optional{part} : std::nullopt);
  return all;
}

expected<branch_inputs> computed_inputs(const value& made, size_t branches) {
  if (!made.is_array() || made.size() != branches)
    return failure(errc::invalid_input, "split: wanted a list of " + std::to_string(branches) +
                                          " inputs, got " +
                                          (made.is_array() ? "one of " + std::to_string(made.size())
                                                           : std::string{made.type_name()}));
  branch_inputs all;
  for (size_t i = 0; i < branches; ++i)
    all.push_back(*made.at(i));
  return all;
}

} // namespace troupe
