// SPDX-License-Identifier: Apache-2.0
#include "messages/step_protocol.hpp"

#include <array>

namespace troupe {

std::string_view to_string(stop_reason x) {
  constexpr std::array<std::string_view, 4> names{"requested", "superseded", "timeout", "budget"};
  return names[static_cast<size_t>(x)];
}

std::string to_string(const start& x) {
  return "start{" + std::to_string(x.attempt) + ", " + x.input.dump() + "}";
}

std::string to_string(const cancel& x) {
  return "cancel{" + std::to_string(x.attempt) + ", " + std::string{to_string(x.reason)} + "}";
}

std::string to_string(const finished& x) {
  auto text = x.result ? as_value(*x.result).dump() : std::string{"null"};
  return "finished{" + std::to_string(x.attempt) + ", " + text + "}";
}

} // namespace troupe
