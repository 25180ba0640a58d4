// SPDX-License-Identifier: Apache-2.0
#include "tests/property/referee.hpp"

namespace troupe::test {

using nlohmann::json;

/// A group ends by itself when its outcome is decided and all that it started has answered; or when
/// it was told to stop before that, and all has answered.
void referee::check_times(const step_result& r, const scene& s, moment limit,
                          const natural_end& natural, moment last) {
  auto stop = std::min(s.stop, limit);
  auto end = natural.at == never ? never : std::max(natural.at, last);
  if (r.status == status::cancelled || is_late(r)) {
    auto why = r.status == status::cancelled ? s.stop : limit;
    want(why == stop && stop <= end, r.path, "an end at " + text(end),
         std::string{to_string(r.error->code)} + " at " + text(end_of(r)));
    want(end_of(r) == std::max(stop, last), r.path, "an end at " + text(std::max(stop, last)),
         text(end_of(r)));
    return;
  }
  want(natural.at <= stop && end_of(r) == end, r.path, "an end at " + text(std::min(end, stop)),
       text(end_of(r)));
}

/// The status, code and output that the body had to have, then `set`.
void referee::check_result(const document& node, const step_result& r, const scene& s,
                           natural_end natural, ending& e) {
  if (natural.how == status::succeeded || natural.how == status::degraded) {
    auto sees = s.seen();
    sees.result = natural.output;
    for (auto& [id, output] : e.left)
      sees.outputs[id] = output;
    if (node.contains("sequence") || node.contains("loop"))
      sees.context = with(sees.context, e.changes);
    if (node.contains("set"))
      for (auto& [key, wanted] : node["set"].items()) {
        auto found = filled_in(json(wanted), sees);
        if (!found) {
          natural = {.how = status::failed, .codes = {"unresolved_reference"}};
          break;
        }
        e.changes[key] = *found;
      }
    if (node.contains("output") && natural.how != status::failed) { // of a flow
      auto found =
        filled_in(json(node["output"]),
                  {natural.output.value_or(json()), with(s.context, e.changes), e.left, {}});
      if (found)
        natural.output = *found;
      else
        natural = {.how = status::failed, .codes = {"unresolved_reference"}};
    }
  }
  e.how = r.status;
  want_same(r.path, "status", to_string(natural.how), to_string(r.status));
  if (!e.ok()) {
    e.changes.clear();
    e.left.clear();
    if (r.error && natural.how == status::failed)
      want(natural.codes.contains(std::string{to_string(r.error->code)}), r.path,
           "the code " + json(natural.codes).dump(), std::string{to_string(r.error->code)});
    if (node.contains("parallel") || node.contains("graph"))
      return; // its output has been looked at
    natural.output = natural.output_of_failure.value_or(json());
  }
  if (e.success())
    want_same(r.path, "quality", e.quality.value_or(-1), r.quality.value_or(-1));
  e.output = natural.output.value_or(json());
  want_same(r.path, "output", e.output, r.output.json());
}

/// What all groups of which one child runs at a time have in common.
ending referee::conclude(const document& node, const step_result& r, const scene& s, moment limit,
                         natural_end natural, moment last, ending e) {
  check_times(r, s, limit, natural, last);
  e.end = end_of(r);
  e.how = r.status;
  if (r.status == status::cancelled || is_late(r)) {
    e.changes.clear(), e.left.clear();
    e.output = json();
    return e;
  }
  check_result(node, r, s, natural, e);
  return e;
}

ending referee::sequence(const document& node, const document& children, const step_result& r,
                         const scene& s, moment limit) {
  auto leads = [](auto& x) { return x.contains("next"); };
  if (std::any_of(children.begin(), children.end(), leads))
    return jumping(node, children, r, s, limit);
  auto depends = [](auto& x) { return x.contains("depends_on"); };
  if (std::any_of(children.begin(), children.end(), depends))
    return depending(node, children, r, s, limit);
  auto stop = std::min(s.stop, limit);
  auto here = s;
  here.stop = stop;
  ending e;
  natural_end natural{.at = s.start};
  auto is_degraded = false;
  auto last = s.start;
  want(r.children.size() == children.size(), r.path, std::to_string(children.size()) + " children",
       std::to_string(r.children.size()));
  for (size_t i = 0; i < std::min(children.size(), r.children.size()); ++i) {
    auto& x = *r.children[i];
    want_same(x.path, "path", inside(r.path, json(children[i]["id"])), x.path);
    auto may_begin = natural.how == status::succeeded && natural.at <= stop;
    if (has_not_begun(x)) {
      want(!may_begin || natural.at == stop, x.path, "a start at " + text(natural.at), "none");
      if (natural.how == status::succeeded)
        natural.at = never;
      continue;
    }
    want(may_begin, x.path, "no start", "one at " + text(start_of(x)));
    here.start = natural.at;
    auto child = whole(children[i], x, here);
    e.spent += child.spent;
    last = natural.at = child.end;
    here.input = child.output;
    here.context = with(here.context, child.changes);
    e.quality = child.quality;
    is_degraded = is_degraded || child.how == status::degraded;
    for (auto& [key, wanted] : child.changes)
      e.changes[key] = wanted;
    for (auto& [id, output] : child.left)
      e.left[id] = here.outputs[id] = output;
    if (child.how == status::cancelled)
      natural.at = never;
    if (child.how == status::failed) {
      natural.how = status::failed;
      natural.codes = {code_of(x)};
    }
  }
  if (natural.how == status::succeeded && is_degraded)
    natural.how = status::degraded;
  natural.output = here.input;
  return conclude(node, r, s, limit, natural, last, e);
}

} // namespace troupe::test
