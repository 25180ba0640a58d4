// SPDX-License-Identifier: Apache-2.0
#include "config/native/schema.hpp"
#include "config/chain/form.hpp"
#include "config/chain/keys.hpp"
#include "config/flow_schema.hpp"

#include <map>

namespace troupe::config {

namespace {

using namespace schemas;

using key_lists = std::initializer_list<const list*>;

json step_or_steps() { return either({refer("chain_step"), refer("chain_steps")}); }

json steps_of_text_ids() { return either({text(), list_of(text())}); }

/// What the keys of steps hold, whatever form the step has.
json said_of_steps() {
  auto said = native_node();
  auto parallel = native_parallel();
  said.update({{"name", text()},
               {"id", text()},
               {"step_id", text()},
               {"group_id", text()},
               {"condition", described(long_text(), "`when` by another name")},
               {"depends_on", steps_of_text_ids()},
               {"retry_count", described(whole(0), "tries besides the first")},
               {"cost", described(either({amount(), refer("template")}), "USD of a success")},
               {"fallback", step_or_steps()},
               {"undo", step_or_steps()},
               {"description", anything()},
               {"steps", refer("chain_steps")},
               {"parallel_steps", refer("chain_steps")},
               {"max_workers", parallel["max_workers"]},
               {"fail_fast", boolean()},
               {"merge_strategy", parallel["merge"]},
               {"score", long_text()},
               {"separator", long_text()},
               {"program", long_text()},
               {"step_template", step_or_steps()},
               {"batch_size", described(whole(1), "how many run at once")},
               {"items", either({text(), {{"type", "array"}}})},
               {"as", text()},
               {"tolerated", either({whole(0), text()})},
               {"split_strategy", one_of(chain_keys::split_strategies)}});
  for (auto& key : chain_keys::native_group)
    said[key] = parallel[key];
  return said;
}

json settings(key_lists keys) {
  return open(properties_of(chain_keys::joined(keys), said_of_steps()));
}

/// `own`: the keys of this form; `params`: those that may stand under its params too.
json step_of(key_lists own, const json& params, const list& required) {
  auto known =
    joined({chain_keys::of_any, chain_keys::outer, chain_keys::inner, chain_keys::joined(own)});
  auto said = said_of_steps();
  said["params"] = params;
  said["parallel_config"] = settings({&chain_keys::parallel_config});
  return open(properties_of(known, said), required);
}

const std::map<step_form, std::string>& names_of_forms() {
  static const std::map<step_form, std::string> names{
    {step_form::plain, "chain_plain"}, {step_form::list, "chain_list"},
    {step_form::group, "chain_group"}, {step_form::batch, "chain_batch"},
    {step_form::merge, "chain_merge"}, {step_form::split, "chain_split"}};
  return names;
}

json forms() {
  static const list steps{"steps", "parallel_steps"};
  return {{"chain_plain", step_of({&chain_keys::of_step}, object(), {"type"})},
          {"chain_list", step_of({&chain_keys::of_list}, object(), {"steps"})},
          {"chain_group",
           step_of({&chain_keys::of_group, &chain_keys::group_settings, &chain_keys::native_group},
                   settings({&chain_keys::group_settings, &steps}), {"type"})},
          {"chain_batch",
           step_of({&chain_keys::of_batch, &chain_keys::batch_settings},
                   settings({&chain_keys::of_batch, &chain_keys::batch_settings}), {"type"})},
          {"chain_merge", step_of({&chain_keys::merge_settings},
                                  settings({&chain_keys::merge_settings}), {"type"})},
          {"chain_split", step_of({&chain_keys::split_settings},
                                  settings({&chain_keys::split_settings}), {"type"})}};
}

/// The form of a step of that type, as the readers see it.
step_form form_of_type(const std::string& type) {
  json step{{"type", type}};
  document none;
  problems unused{none};
  return form_of({step, "", unused});
}

json step() {
  std::map<step_form, list> types;
  for (auto& type : structural_types())
    types[form_of_type(type)].push_back(type);
  auto form = [](step_form x) { return refer(names_of_forms().at(x)); };
  json is_list{{"required", {"steps"}}, {"not", {{"required", {"type"}}}}};
  auto all = if_then_else(is_list, form(step_form::list), form(step_form::plain));
  for (auto& [which, names] : types)
    all = if_then_else(open({{"type", one_of(names)}}, {"type"}), form(which), all);
  return if_then_else({{"type", "array"}}, refer("chain_steps"), all);
}

json whole_document() {
  auto said = native_flow();
  said.update({{"prompt", long_text()},
               {"input_image", text()},
               {"input_video", text()},
               {"inputs", described(either({{{"type", "array"}}, object_of(native_input())}),
                                    "files or texts; or declared inputs")},
               {"input_type", one_of({"auto", "text", "image", "video"})},
               {"output_dir", text()},
               {"save_intermediates", boolean()},
               {"parallel_config", settings({&chain_keys::parallel_config})},
               {"steps", refer("chain_steps")}});
  auto known = joined({chain_keys::of_document, chain_keys::inputs, chain_keys::of_flow});
  return open(properties_of(known, said), {"steps"});
}

} // namespace

nlohmann::json chain_schema(const registry& kinds) {
  auto all = native_definitions(kinds);
  all.update(forms());
  all["chain_step"] = step();
  all["chain_steps"] = list_of(refer("chain_step"));
  all["document"] = whole_document();
  return of_format("a content chain of troupe", "steps", std::move(all));
}

} // namespace troupe::config
