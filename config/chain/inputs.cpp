// SPDX-License-Identifier: Apache-2.0
#include "config/chain/chain.hpp"
#include "config/chain/keys.hpp"
#include "config/suggest.hpp"

namespace troupe::config {

namespace {

bool is_declaration(const reader& document, const std::string& key) {
  return key == "inputs" && document.has(key) && document.member(key).json().is_object();
}

/// Native documents have inputs of these types.
const char* native_type(const std::string& input) { return input == "inputs" ? "array" : "string"; }

} // namespace

/// What the chain is given are inputs that runs may replace. `inputs` may also declare others, as
/// native documents do.
void chain::read_inputs(native_object& out) {
  choose_first();
  native_object all{document_};
  auto has_any = false;
  for (auto& key : chain_keys::inputs) {
    if (is_declaration(document_, key) || (!document_.has(key) && key != first_))
      continue;
    declare(all, key, !document_.has(key));
    has_any = true;
  }
  if (is_declaration(document_, "inputs"))
    for (auto& [name, spec] : document_.member("inputs").members()) {
      if (all.has(name))
        spec.error_at_key(
          {"conflicting_keys", "the chain has a `" + name + "` already", "leave out one of them"});
      all.set(name, as_written(spec), spec);
      has_any = true;
    }
  if (!has_any)
    return;
  if (document_.has("inputs"))
    out.set("inputs", all.take(), document_.member("inputs"));
  else
    out.set("inputs", all.take());
}

void chain::declare(native_object& all, const std::string& name, bool is_required) {
  native_object spec{document_};
  spec.set("type", native_type(name));
  if (is_required) {
    spec.set("required", true);
    all.set(name, spec.take());
    return;
  }
  auto written = document_.member(name);
  if (name == "inputs")
    written.wants_list("a list of files or texts, or an object that declares inputs");
  else
    written.as_text();
  spec.set("required", false);
  spec.set("default", as_written(written), written);
  all.set(name, spec.take(), written);
}

/// Which input the first step gets.
void chain::choose_first() {
  std::vector<std::string> written;
  for (auto& key : chain_keys::inputs)
    if (document_.has(key) && !is_declaration(document_, key))
      written.push_back(key);
  if (auto wanted = wanted_first(written)) {
    first_ = *wanted;
    return;
  }
  if (written.size() > 1)
    document_.member(written[1])
      .error_at_key({"conflicting_keys",
                     "a chain begins with one input, this one has `" + written[0] + "` and `" +
                       written[1] + "`",
                     "say which by `input_type`; the other one is ${inputs." + written[1] + "}"});
  if (!written.empty())
    first_ = written[0];
}

/// What `input_type` says; nothing: it says nothing.
std::optional<std::string> chain::wanted_first(const std::vector<std::string>& written) {
  auto type = document_.word("input_type", {"auto", "text", "image", "video"}).value_or("auto");
  if (type == "auto")
    return {};
  auto key = type == "text" ? "prompt" : "input_" + type;
  if (is_one_of(written, key) || written.empty())
    return key;
  if (is_one_of(written, "inputs"))
    return "inputs";
  document_.member("input_type")
    .error({"conflicting_keys",
            "the input is to be " + type + ", but the chain has `" + written[0] + "`",
            "write `" + key + "`, or leave out `input_type`"});
  return written[0];
}

} // namespace troupe::config
