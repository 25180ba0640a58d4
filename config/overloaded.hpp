// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace troupe {

/// Several lambdas as one visitor.
template <class... Fs>
struct overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
overloaded(Fs...) -> overloaded<Fs...>; // clang 14 does not deduce it

} // namespace troupe
