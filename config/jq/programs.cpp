// SPDX-License-Identifier: Apache-2.0
#include "config/jq/programs.hpp"

#include "config/jq/convert.hpp"

#include <algorithm>
#include <functional>
#include <optional>

namespace troupe::config {

namespace {

constexpr size_t most_values = 1'000'000;

/// A tree of comparisons with the number of the program that is asked for. `first`: of those that
/// come behind the one at a place; `text_of`: what stands there.
template <class First, class TextOf>
std::string choice(size_t begin, size_t end, const First& first_behind, const TextOf& text_of) {
  if (end - begin == 1)
    return text_of(begin);
  auto middle = begin + (end - begin) / 2;
  return "if $__p < " + std::to_string(first_behind(middle - 1)) + " then " +
         choice(begin, middle, first_behind, text_of) + " else " +
         choice(middle, end, first_behind, text_of) + " end";
}

std::string with_variables(const jq_source& x) {
  std::string text;
  for (auto& name : x.variables)
    text += "$__v[\"" + name + "\"] as $" + name + " | ";
  return "(" + text + "(" + x.text + "\n))"; // the line break ends a comment
}

/// Where programs that stand together end: jq allows a function no more than 64 kB of code, and
/// takes the longer the more functions there are.
size_t end_of_function(const std::vector<jq_source>& all, size_t begin) {
  constexpr size_t most_text = 4096;
  auto end = begin;
  for (size_t text = 0; end < all.size() && (end == begin || text < most_text); ++end)
    text += all[end].text.size() + 32 * all[end].variables.size() + 32;
  return end;
}

/// The program takes its own number, its input and its variables as one input.
std::string joined(const std::vector<jq_source>& all) {
  std::string functions;
  std::vector<size_t> ends;
  for (size_t begin = 0; begin < all.size(); begin = ends.back()) {
    ends.push_back(end_of_function(all, begin));
    functions += "def __f" + std::to_string(ends.size() - 1) + ": " +
                 choice(
                   begin, ends.back(), [](size_t i) { return i + 1; },
                   [&](size_t i) { return with_variables(all[i]); }) +
                 ";\n";
  }
  auto function = [](size_t i) { return "__f" + std::to_string(i); };
  return ". as {p: $__p, i: $__i, v: $__v} | " + functions +
         "$__i | if $__p >= " + std::to_string(all.size()) +
         " then error(\"no such program\") else " +
         choice(
           0, ends.size(), [&](size_t i) { return ends[i]; }, function) +
         " end";
}

void collect_message(void* to, jv message) {
  auto& text = *static_cast<std::string*>(to);
  if (text.empty() && jv_get_kind(message) == JV_KIND_STRING)
    text = jv_string_value(message);
  jv_free(message);
}

std::string without_noise(std::string text) {
  if (text.starts_with("jq: error: "))
    text.erase(0, 11);
  if (auto end = text.find(" (Unix shell quoting issues?)"); end != text.npos)
    text.erase(end, 29);
  if (auto end = text.find('\n'); end != text.npos)
    text.erase(end);
  if (auto end = text.find(" at <top-level>"); end != text.npos)
    text.erase(end, 15);
  if (text.ends_with(':'))
    text.pop_back();
  return text;
}

} // namespace

struct jq_programs::compiled {
  compiled() { jq_set_error_cb(state, collect_message, &message); }
  ~compiled() { jq_teardown(&state); }
  compiled(const compiled&) = delete;
  compiled& operator=(const compiled&) = delete;

  bool compile(const std::string& text) {
    return state && jq_compile_args(state, text.c_str(), jv_object()) != 0;
  }

  jq_state* state = jq_init();
  std::string message;
};

jq_programs::jq_programs(std::vector<jq_source> sources) : text_{joined(sources)} {}
jq_programs::~jq_programs() = default;

expected<std::unique_ptr<jq_programs::compiled>> jq_programs::borrow() const {
  {
    std::lock_guard guard{mutex_};
    if (!idle_.empty()) {
      auto last = std::move(idle_.back());
      idle_.pop_back();
      return last;
    }
  }
  auto fresh = std::make_unique<compiled>();
  if (!fresh->compile(text_))
    return failure(errc::expression_failed, "jq: " + without_noise(fresh->message));
  return fresh;
}

expected<std::vector<value>> jq_programs::evaluate(size_t number, const value& input,
                                                   const variables& named,
                                                   const std::stop_token& stop) const {
  auto program = borrow();
  if (!program)
    return unexpected{program.error()};
  auto values = jv_object();
  for (auto& [name, x] : named)
    values = jv_object_set(values, jv_string(name.c_str()), to_jq(x));
  auto all = jv_object();
  all = jv_object_set(all, jv_string("p"), jv_number(static_cast<double>(number)));
  all = jv_object_set(all, jv_string("i"), to_jq(input));
  all = jv_object_set(all, jv_string("v"), values);

  auto state = (*program)->state;
  jq_start(state, all, 0); // forgets an earlier halt, so the hook comes after it
  std::optional<std::stop_callback<std::function<void()>>> hook;
  hook.emplace(stop, [state] { jq_halt(state, jv_invalid(), jv_invalid()); });
  std::vector<value> results;
  auto next = jq_next(state);
  auto is_deep = false;
  for (; !is_deep && jv_is_valid(next) && results.size() < most_values; next = jq_next(state)) {
    auto x = from_jq(next);
    is_deep = !x;
    results.emplace_back(std::move(x).value_or(nullptr));
  }
  auto too_many = !is_deep && jv_is_valid(next) != 0;
  std::string problem;
  if (!too_many && jv_invalid_has_msg(jv_copy(next))) {
    auto message = jv_invalid_get_msg(jv_copy(next));
    problem = jv_get_kind(message) == JV_KIND_STRING
                ? jv_string_value(message)
                : from_jq(jv_copy(message)).value_or(nullptr).dump();
    jv_free(message);
  }
  jv_free(next);
  hook.reset(); // nobody halts it from here on
  auto is_stopped = jq_halted(state) != 0;
  jq_start(state, jv_null(), 0); // lets go of what the evaluation held

  std::lock_guard guard{mutex_};
  idle_.push_back(std::move(*program));
  if (is_stopped)
    return failure(errc::cancelled, "jq: stopped");
  if (is_deep)
    return failure(errc::payload_too_large, "jq: a value is nested deeper than 256 levels");
  if (too_many)
    return failure(errc::payload_too_large,
                   "jq: more than " + std::to_string(most_values) + " values");
  if (!problem.empty())
    return failure(errc::expression_failed, "jq: " + problem);
  return results;
}

std::string why_not_compiled(const jq_source& x) {
  auto asked = jq_programs{{x}}.evaluate(1, {}, {}); // it has no program 1, so there is an error
  auto& text = asked.error().message;
  if (text.ends_with("no such program"))
    return {};
  // What jq stumbles over then is the bracket that we have put behind the program.
  auto lines = 1 + std::count(x.text.begin(), x.text.end(), '\n');
  return text.ends_with("line " + std::to_string(lines + 1)) ? "jq: the program ends too early"
                                                             : text;
}

bool all_compile(const std::vector<jq_source>& all) {
  auto asked = jq_programs{all}.evaluate(all.size(), {}, {});
  return !asked && asked.error().message.ends_with("no such program");
}

value as_one_value(std::vector<value> all) {
  if (all.empty())
    return {};
  return all.size() == 1 ? all[0] : value::list(std::move(all));
}

bool is_true(const std::vector<value>& all) { return !all.empty() && is_true(all[0]); }

bool is_true(const value& x) { return !x.is_null() && !(x.is_boolean() && !x.json().get<bool>()); }

} // namespace troupe::config
