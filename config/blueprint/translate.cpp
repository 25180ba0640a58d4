// SPDX-License-Identifier: Apache-2.0
#include "config/blueprint/translator.hpp"
#include "config/formats.hpp"

namespace troupe::config {

native_json translate_blueprint(const reader& in) { return blueprint::translator{in}.run(); }

namespace blueprint {

native_json translator::run() {
  auto& in = document_;
  check_keys(in, keys::document, {}, "a blueprint");
  native_object out{in};
  out.set("troupe", 1);
  for (auto key : {"name", "description", "inputs", "context", "env", "secrets", "defaults",
                   "prices", "limits", "on_error", "meta"})
    if (in.has(key))
      out.set(key, as_written(in.member(key)));
  if (in.has("version"))
    out.set("version", as_written(in.member("version")));
  read_imports();
  if (auto all = types(); !all.empty())
    out.set("types", std::move(all));
  add_budget(in, out);
  if (in.has("steps"))
    out.set("pipeline", steps(in.member("steps")), in.member("steps"));
  else
    in.error({"missing_key", "a blueprint needs `steps`: a list of steps"});
  if (in.has("output"))
    out.set("output", filled(in.member("output")));
  return out.take();
}

void translator::read_imports() {
  if (!document_.has("imports") ||
      !document_.member("imports").wants_object("an object of name to file"))
    return;
  for (auto& [name, file] : document_.member("imports").members())
    if (file.as_text())
      imports_.emplace(name, file);
}

} // namespace blueprint

} // namespace troupe::config
