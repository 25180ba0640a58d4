// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "troupe/step_result.hpp"

#include <string>

namespace troupe::observe {

/// The colour that stands for it.
std::string color_of(status x);

/// What fills a bar: the colour, and for what is no plain success a pattern, so that pictures
/// without colours can be read too.
std::string fill_of(status x);

/// A disc with a sign, of 14 by 14, around that point.
std::string mark_of(status x, double center_x, double center_y);

/// The patterns that fills refer to, and how texts look.
std::string definitions();

} // namespace troupe::observe
