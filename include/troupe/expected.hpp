// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/error.hpp"

#include <tl/expected.hpp>

namespace troupe {

/// A value, or why there is none.
template <class T, class E = error>
using expected = tl::expected<T, E>;

using tl::unexpected;

/// Shorthand for returning a failure from a function that returns `expected`.
inline tl::unexpected<error> failure(errc code, std::string message) {
  return tl::unexpected<error>{error{.code = code, .message = std::move(message)}};
}

} // namespace troupe
