// SPDX-License-Identifier: Apache-2.0
#include "config/helpers.hpp"
#include "config/native/keys.hpp"
#include "config/native/native_reader.hpp"
#include "config/suggest.hpp"

#include <charconv>
#include <string_view>

namespace troupe::config {

namespace {

constexpr int most_attempts = 1000;

std::vector<std::string> code_names() {
  std::vector<std::string> all;
  for (auto code : every_errc())
    all.emplace_back(to_string(code));
  return all;
}

} // namespace

/// Those outside of a batch: for all of its items at once.
void native_reader::read_outer_wrappers(const reader& in, plan::node& x) {
  if (in.has("when"))
    if (auto text = in.text("when"))
      x.when = read_program(in.member("when"), *text);
  if (in.has("input"))
    x.input = read_template(in.member("input"));
  if (in.has("budget"))
    x.budget = read_budget(in.member("budget"));
}

void native_reader::read_inner_wrappers(const reader& in, plan::node& x) {
  auto is_step = in.has("type");
  x.timeout = in.time("timeout");
  if (!x.timeout && !in.has("timeout") && is_step)
    x.timeout = settings_->default_timeout;
  x.deadline = in.time("deadline");
  if (in.has("retry"))
    x.retry = read_retry(in.member("retry"));
  else if (is_step && settings_->default_retry)
    x.retry = *settings_->default_retry;
  if (in.has("fallback_on")) {
    x.fallback_on = read_codes(in.member("fallback_on"));
    if (!in.has("fallback"))
      in.member("fallback_on").error_at_key({"missing_key", "`fallback_on` needs a `fallback`"});
  }
  if (in.has("returns")) {
    auto schema = schema::compile(in.member("returns").json());
    if (schema)
      x.returns = *schema;
    else
      in.member("returns").error({"invalid_schema", schema.error().message});
  }
  read_spending(in, x);
  if (in.has("undo"))
    read_undo(in, x);
}

plan::retry native_reader::read_retry(const reader& in) {
  plan::retry x;
  if (!in.json().is_object()) {
    x.attempts = static_cast<int>(in.as_integer(1, most_attempts).value_or(1));
    return x;
  }
  in.check_keys(keys::retry, "`retry`");
  if (!in.has("attempts") && !in.misspells("attempts", keys::retry))
    in.error({"missing_key", "`retry` needs `attempts`, the number of tries in total"});
  x.attempts = static_cast<int>(in.integer("attempts", 1, most_attempts).value_or(1));
  x.initial = in.time("initial", duration::zero()).value_or(x.initial);
  if (in.has("factor"))
    x.factor = in.member("factor").as_number(1).value_or(x.factor);
  x.max = in.time("max").value_or(x.max);
  x.jitter = in.word("jitter", {"full", "none"}).value_or("full") == "full";
  if (in.has("on"))
    x.on = read_codes(in.member("on"));
  x.max_elapsed = in.time("max_elapsed");
  return x;
}

std::set<errc> native_reader::read_codes(const reader& in) {
  std::set<errc> all;
  if (!in.wants_list("a list of error codes"))
    return all;
  for (auto& item : in.items()) {
    auto text = item.as_text();
    if (!text)
      continue;
    if (auto code = errc_from(*text))
      all.insert(*code);
    else
      item.error({"invalid_value", "there is no error code \"" + *text + "\"",
                  did_you_mean(*text, code_names())});
  }
  return all;
}

void native_reader::read_fallback(const reader& in, plan::node& x) {
  auto list = in.member("fallback");
  auto read_one = [&](const reader& one) {
    if (!is_enabled(one))
      return;
    auto begin = mark();
    x.fallback.push_back(read_node(one, x.path + "/fallback"));
    take_back(begin); // backups are nobody's to read
  };
  if (!list.json().is_array())
    return read_one(list);
  for (auto& one : list.items())
    read_one(one);
  if (x.fallback.empty())
    list.error({"empty_group", "there is no backup here"});
}

/// It runs in the scope of the node's start, with `result` besides.
void native_reader::read_undo(const reader& in, plan::node& x) {
  auto begin = mark();
  auto outer = std::exchange(undo_result_, all_.new_name());
  x.undo_result = *undo_result_;
  x.undo.push_back(read_node(in.member("undo"), x.path + "/undo"));
  undo_result_ = outer;
  take_back(begin);
  auto may_run = rollbacks_ > 0 || inputs_name_; // whoever calls a flow may roll it back
  if (may_run)
    return;
  in.member("undo").warning({"unused_undo", "nothing around \"" + x.id + "\" rolls back",
                             "say \"on_error\": \"rollback\" in a group around it or in the flow"});
  x.undo.clear();
}

/// Without a key of its own a step is known by what it is, its params and its input.
void native_reader::read_cache(const reader& in, plan::node& x) {
  auto spec = in.member("cache");
  if (!spec.wants_object("an object with `ttl` and `key`"))
    return;
  spec.check_keys({"ttl", "key"}, "`cache`");
  auto& cache = x.cache.emplace();
  cache.ttl = spec.time("ttl");
  cache.scope = all_.flow->name + "/" + (inputs_name_ ? core_->name + "/" : "") + x.path;
  if (spec.has("key")) {
    cache.key = filling(read_template(spec.member("key")));
    return;
  }
  auto step = std::get_if<plan::step>(&x.body);
  if (!step)
    return spec.error({"missing_key",
                       "the cache of a group needs a `key`: what tells one call from "
                       "another, such as \"${previous}\""});
  plan::value_template::object parts;
  auto add = [&](const char* name, plan::value_template part) {
    parts.emplace_back(name, std::move(part));
  };
  add("type", {value{nlohmann::json(x.type)}});
  add("params", in.has("params") ? read_template(in.member("params")) : plan::value_template{});
  add("model", in.has("model") ? read_template(in.member("model")) : plan::value_template{});
  add("input", read_template(spec, nlohmann::json("${previous}")));
  for (auto& [name, program] : step->programs)
    for (auto& [variable, reference] : program.variables) {
      plan::text_template text;
      text.parts.push_back(plan::alternatives{"", {reference, value{}}});
      parts.emplace_back("$" + variable, plan::value_template{std::move(text)});
    }
  plan::value_template key;
  key.content = std::move(parts);
  cache.key = filling(std::move(key));
}

namespace {

std::optional<plan::tolerance> read_tolerance(const reader& in) {
  if (!in.json().is_string()) {
    auto count = in.as_integer(0, std::numeric_limits<int32_t>::max());
    return count ? std::optional{plan::tolerance{.count = static_cast<size_t>(*count)}}
                 : std::nullopt;
  }
  auto text = in.json().get<std::string>();
  double percent = -1;
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), percent);
  auto is_share = problem == std::errc{} && std::string_view{end} == "%";
  if (!is_share || !(percent >= 0 && percent <= 100)) { // not a number is neither
    in.error({"invalid_value", "wanted a number of failures or a share such as \"10%\", got " +
                                 described(in.json())});
    return {};
  }
  return plan::tolerance{.percent = percent};
}

} // namespace

/// The names that are bound inside of it are the answer.
native_reader::names native_reader::read_batch(const reader& in, plan::node& x) {
  constexpr int64_t most_at_once = 1'000'000;
  auto spec = in.member("batch");
  auto inside = names_;
  auto& batch = x.batch.emplace();
  std::string as = "item";
  in_items_ = true;
  if (!spec.json().is_object()) {
    batch.items = filling(read_template(spec));
    if (!spec.json().is_string() && !spec.json().is_array())
      spec.wrong_type("a list, a template that gives one, or an object with `items`");
  } else {
    for (auto only_in_graphs : {"max_retries", "retry_wait"})
      if (spec.has(only_in_graphs))
        spec.member(only_in_graphs)
          .error_at_key({"unknown_key",
                         std::string{"`"} + only_in_graphs + "` belongs to graph documents",
                         "write `retry` on the node: it counts for each item"});
    auto known = keys::batch;
    known.insert(known.end(), {"max_retries", "retry_wait"});
    spec.check_keys(known, "`batch`");
    if (spec.has("items"))
      batch.items = filling(read_template(spec.member("items")));
    else
      spec.error({"missing_key", "`batch` needs `items`: a list, or a template that gives one"});
    if (auto name = spec.text("as")) {
      as = *name;
      if (ids_.contains(as) || (as != "item" && is_one_of(keys::roots, as)))
        spec.member("as").error(
          {"reserved_id", "\"" + as + "\" is what templates call something else"});
    }
    batch.parallel = spec.boolean("parallel").value_or(false);
    batch.max_concurrent =
      static_cast<size_t>(spec.integer("max_concurrent", 1, most_at_once).value_or(10));
    batch.batch_size = static_cast<size_t>(spec.integer("batch_size", 1, most_at_once).value_or(0));
    auto rule = spec.word("on_error", {"fail_fast", "continue", "rollback"});
    batch.rolls_back = rule == "rollback";
    if (rule == "continue")
      batch.on_error = plan::on_error::continue_all;
    if (spec.has("tolerated"))
      batch.tolerated = read_tolerance(spec.member("tolerated"));
    if (batch.tolerated && rule && rule != "continue")
      spec.member("tolerated")
        .error_at_key({"conflicting_keys",
                       "`tolerated` goes on after a failure, `" + *rule + "` does not",
                       "leave out `on_error`"});
  }
  in_items_ = false;
  batch.item = all_.new_name();
  batch.index = all_.new_name();
  inside[as] = batch.item;
  inside["index"] = inside["__index__"] = batch.index;
  return inside;
}

} // namespace troupe::config
