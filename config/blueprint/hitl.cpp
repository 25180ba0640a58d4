// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/translator.hpp"

namespace troupe::config::blueprint {

native_json translator::hitl(const reader& in) {
  native_object out{in}, wait{in};
  add_id(in, out);
  if (auto name = in.text("name"))
    wait.set("signal", *name, in.member("name"));
  else if (!in.has("name"))
    in.error({"missing_key", "a hitl step needs a `name`: the signal that it waits for"});
  if (in.has("input_schema"))
    wait.set("schema", as_written(in.member("input_schema")), in.member("input_schema"));
  if (in.has("message"))
    wait.set("message", filled(in.member("message")));
  out.set("wait", wait.take());
  add_wrappers(in, out, keys::of_hitl);
  return out.take();
}

} // namespace troupe::config::blueprint
