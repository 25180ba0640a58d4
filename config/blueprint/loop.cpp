// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/translator.hpp"

namespace troupe::config::blueprint {

native_json translator::loop(const reader& in) {
  native_object out{in};
  add_id(in, out);
  if (!in.has("loop"))
    in.error({"missing_key", "a loop needs `loop`: {\"body\": […], \"max_loops\": 5}"});
  else if (in.member("loop").wants_object("an object with `body` and `max_loops`"))
    add_loop(in.member("loop"), out);
  add_wrappers(in, out, keys::of_loop);
  return out.take();
}

void translator::add_loop(const reader& in, native_object& out) {
  check_keys(in, keys::loop, keys::not_of_loop, "a loop");
  if (!in.has("body"))
    return in.error({"missing_key", "a loop needs a `body`: a list of steps"});
  names_.open(); // the condition to stop looks into the body
  out.set("loop", list(in.member("body")), in.member("body"));
  if (in.has("exit_expression"))
    if (auto exit = expression(in.member("exit_expression")))
      out.set("until", truth_of(*exit), in.member("exit_expression"));
  names_.close();
  if (in.has("max_loops"))
    out.set("max_iterations", as_written(in.member("max_loops")), in.member("max_loops"));
  if (in.has("exit_expression"))
    return;
  if (!in.has("max_loops"))
    in.error({"missing_key", "a loop needs `max_loops` or `exit_expression`, or it never ends"});
  out.set("on_limit", "stop");
}

} // namespace troupe::config::blueprint
