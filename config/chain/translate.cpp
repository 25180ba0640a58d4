// SPDX-License-Identifier: Apache-2.0
#include "config/chain/chain.hpp"
#include "config/chain/keys.hpp"
#include "config/formats.hpp"

namespace troupe::config {

native_json chain::translate() {
  check_settings();
  native_object out{document_};
  add_heading(out);
  read_inputs(out);
  for (auto& key : chain_keys::of_flow)
    if (document_.has(key))
      out.set(key, key == "flows" ? native_flows(document_.member(key))
                                  : as_written(document_.member(key)));
  if (!document_.has("steps")) {
    document_.error({"missing_key", "a chain needs `steps`"});
    return out.take();
  }
  auto steps = document_.member("steps");
  names_.collect(steps);
  types_.check(steps, first_content());
  out.set("pipeline", list_of(steps, true), steps);
  if (document_.has("output"))
    out.set("output", names_.with_ids(document_.member("output")));
  if (!folder_.empty() && !has_output_files_)
    document_.member("output_dir")
      .warning({"unused_key", "no step has an `output_file`: `output_dir` does nothing"});
  return out.take();
}

/// What the first step is given.
contents chain::first_content() const {
  if (first_.empty())
    return {};
  auto type = first_ == "prompt" ? "text" : first_ == "inputs" ? "list" : first_.substr(6);
  return {{.type = type, .from = "the chain's `" + first_ + "` gives", .name = first_}};
}

void chain::add_heading(native_object& out) {
  if (document_.has("troupe"))
    out.set("troupe", as_written(document_.member("troupe")));
  else
    out.set("troupe", 1);
  for (auto key : {"$schema", "name", "description", "version", "meta"})
    if (document_.has(key))
      out.set(key, as_written(document_.member(key)));
}

void chain::check_settings() {
  warn_of_unknown_keys(
    document_,
    chain_keys::joined({&chain_keys::of_document, &chain_keys::inputs, &chain_keys::of_flow}),
    "a chain");
  if (document_.boolean("save_intermediates") == false)
    document_.member("save_intermediates")
      .warning({"not_supported", "the files that steps write stay where they are"});
  folder_ = document_.text("output_dir").value_or("");
  while (folder_.size() > 1 && folder_.ends_with('/'))
    folder_.pop_back();
  if (!document_.has("parallel_config"))
    return;
  auto config = document_.member("parallel_config");
  if (config.wants_object("an object of settings for parallel groups"))
    warn_of_unknown_keys(config, chain_keys::parallel_config, "`parallel_config`");
}

native_json translate_chain(const reader& in) { return chain{in}.translate(); }

} // namespace troupe::config
