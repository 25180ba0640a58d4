// SPDX-License-Identifier: Apache-2.0
#include "observe/gantt_style.hpp"

#include "observe/svg.hpp"

#include <array>
#include <cmath>

namespace troupe::observe {

namespace {

struct look {
  status how;
  const char* color;
  const char* sign;  // a path around 0,0; drawn in white
  const char* hatch; // a path in a square of 6; empty: plain
};

// Okabe and Ito's palette, a little darker: told apart by the colour-blind as well.
constexpr std::array looks{
  look{status::succeeded, "#1f8a6d", "M-3.2 .2 L-1 2.4 L3.2 -2.4", ""},
  look{status::degraded, "#c98a00", "M-3.2 .8 Q-1.6 -2 0 0 T3.2 -.8", "M0 6 L6 0"},
  look{status::failed, "#c8452d", "M-2.4 -2.4 L2.4 2.4 M-2.4 2.4 L2.4 -2.4", "M0 0 L6 6 M0 6 L6 0"},
  look{status::cancelled, "#7c828d", "M-2.8 0 L2.8 0", "M3 0 L3 6"},
  look{status::skipped, "#b3b8c0", "M-.6 0 L.6 0", "M0 3 L6 3"},
  look{status::waiting, "#2f74b5", "M-1.4 -2.6 L-1.4 2.6 M1.4 -2.6 L1.4 2.6", "M0 1 L6 1"},
};

const look& look_of(status x) { return looks[static_cast<size_t>(x)]; }

} // namespace

std::string color_of(status x) { return look_of(x).color; }

std::string fill_of(status x) {
  auto is_plain = *look_of(x).hatch == 0;
  return is_plain ? color_of(x) : "url(#" + std::string{to_string(x)} + ")";
}

std::string mark_of(status x, double center_x, double center_y) {
  auto& how = look_of(x);
  return element("circle", {{"cx", center_x}, {"cy", center_y}, {"r", 6.5}, {"fill", how.color}}) +
         element("path", {{"d", how.sign},
                          {"transform", "translate(" + std::to_string(std::lround(center_x)) + " " +
                                          std::to_string(std::lround(center_y)) + ")"},
                          {"class", "sign"}});
}

std::string definitions() {
  std::string patterns;
  for (auto& x : looks) {
    auto ground = element("rect", {{"width", 6.0}, {"height", 6.0}, {"fill", x.color}});
    auto lines = element("path", {{"d", x.hatch}, {"class", "hatch"}});
    if (*x.hatch != 0)
      patterns += element("pattern",
                          {{"id", std::string{to_string(x.how)}},
                           {"width", 6.0},
                           {"height", 6.0},
                           {"patternUnits", "userSpaceOnUse"}},
                          ground + lines);
  }
  return element("style", {},
                 "text{font-family:system-ui,'Segoe UI','Helvetica Neue',Arial,sans-serif;"
                 "font-size:12px;fill:#1d2330}"
                 ".title{font-size:18px;font-weight:600}"
                 ".dim{fill:#68707d}"
                 ".small{font-size:11px}"
                 ".on{fill:#fff}"
                 ".group{font-weight:600}"
                 ".grid{stroke:#e3e6ea;stroke-width:1}"
                 ".sign{stroke:#fff;stroke-width:1.6;fill:none;stroke-linecap:round;"
                 "stroke-linejoin:round}"
                 ".hatch{stroke:#fff;stroke-opacity:.4;stroke-width:1.2;fill:none}") +
         element("defs", {}, patterns);
}

} // namespace troupe::observe
