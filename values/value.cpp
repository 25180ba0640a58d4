// SPDX-License-Identifier: Apache-2.0
#include "troupe/value.hpp"

#include <algorithm>
#include <iterator>
#include <mutex>

namespace troupe {

// A list (no members), an object (no items), or what is still to be made.
struct value::composite {
  bool is_object = false;
  std::vector<value> items = {};
  std::vector<member> members = {};
  std::function<value()> make = {};
  size_t weight = 1;
  mutable std::once_flag is_made = {};
  mutable value result = {};
  mutable std::once_flag is_written = {};
  mutable nlohmann::json whole = {};
};

namespace {

const nlohmann::json null_json;

size_t sum(size_t x, size_t y) {
  size_t exact = 0;
  return __builtin_add_overflow(x, y, &exact) ? SIZE_MAX : exact;
}

void append(std::string& out, const nlohmann::json& x) {
  // Through nlohmann's own output adapter: no intermediate string for large values.
  nlohmann::detail::serializer<nlohmann::json> writer{
    nlohmann::detail::output_adapter<char, std::string>(out), ' ',
    nlohmann::detail::error_handler_t::replace};
  writer.dump(x, false, false, 0);
}

} // namespace

value::value(nlohmann::json x) {
  if (!x.is_null())
    plain_ = std::make_shared<const nlohmann::json>(std::move(x));
}

value value::list(std::vector<value> items) {
  auto parts = std::make_shared<composite>();
  for (auto& item : items)
    parts->weight = sum(parts->weight, item.weight());
  parts->items = std::move(items);
  value result;
  result.parts_ = std::move(parts);
  return result;
}

value value::object(std::vector<member> members) {
  auto parts = std::make_shared<composite>();
  parts->is_object = true;
  for (auto& [name, x] : members)
    parts->weight = sum(parts->weight, sum(name.size(), x.weight()));
  parts->members = std::move(members);
  value result;
  result.parts_ = std::move(parts);
  return result;
}

value value::deferred(std::function<value()> make, size_t weight) {
  auto parts = std::make_shared<composite>();
  parts->weight = weight;
  parts->make = std::move(make);
  value result;
  result.parts_ = std::move(parts);
  return result;
}

const void* value::identity() const {
  auto& x = made();
  return x.parts_ ? static_cast<const void*>(x.parts_.get()) : x.plain_.get();
}

std::optional<value> value::parse(std::string_view text) {
  constexpr int deepest = 256;
  struct too_deep {};
  auto check = [](int depth, nlohmann::json::parse_event_t, nlohmann::json&) {
    if (depth > deepest)
      throw too_deep{}; // the parser goes on after anything milder
    return true;
  };
  try {
    auto x = nlohmann::json::parse(text, check, false);
    return x.is_discarded() ? std::nullopt : std::optional{value{std::move(x)}};
  } catch (const too_deep&) {
    return {};
  }
}

const value& value::made() const {
  if (!parts_ || !parts_->make)
    return *this;
  std::call_once(parts_->is_made, [this] { parts_->result = parts_->make(); });
  return parts_->result.made();
}

const nlohmann::json& value::json() const {
  auto& x = made();
  if (x.plain_)
    return *x.plain_;
  if (!x.parts_)
    return null_json;
  auto& parts = *x.parts_;
  std::call_once(parts.is_written, [&parts] {
    parts.whole = parts.is_object ? nlohmann::json::object() : nlohmann::json::array();
    for (auto& [name, member] : parts.members)
      parts.whole[name] = member.json();
    for (auto& item : parts.items)
      parts.whole.push_back(item.json());
  });
  return parts.whole;
}

bool value::is_null() const {
  auto& x = made();
  return !x.parts_ && (!x.plain_ || x.plain_->is_null());
}

bool value::is_string() const { return made().plain_ && made().plain_->is_string(); }
bool value::is_number() const { return made().plain_ && made().plain_->is_number(); }
bool value::is_boolean() const { return made().plain_ && made().plain_->is_boolean(); }

bool value::is_array() const {
  auto& x = made();
  return x.parts_ ? !x.parts_->is_object : x.plain_ && x.plain_->is_array();
}

bool value::is_object() const {
  auto& x = made();
  return x.parts_ ? x.parts_->is_object : x.plain_ && x.plain_->is_object();
}

const char* value::type_name() const {
  auto& x = made();
  if (x.parts_)
    return x.parts_->is_object ? "object" : "array";
  return x.plain_ ? x.plain_->type_name() : "null";
}

size_t value::weight() const {
  if (parts_)
    return parts_->weight;
  if (!plain_)
    return 1;
  return 1 + (plain_->is_string()       ? plain_->get_ref<const std::string&>().size()
              : plain_->is_structured() ? plain_->size()
                                        : 0);
}

size_t value::size() const {
  auto& x = made();
  if (x.parts_)
    return x.parts_->is_object ? x.parts_->members.size() : x.parts_->items.size();
  return x.plain_ && x.plain_->is_structured() ? x.plain_->size() : 0;
}

std::optional<value> value::find(std::string_view name) const {
  auto& x = made();
  if (auto all = x.parts_members()) {
    auto found = std::find_if(all->begin(), all->end(), [&](auto& m) { return m.first == name; });
    return found == all->end() ? std::nullopt : std::optional{found->second};
  }
  if (!x.plain_ || !x.plain_->is_object())
    return {};
  auto found = x.plain_->find(name);
  if (found == x.plain_->end())
    return {};
  return value{std::shared_ptr<const nlohmann::json>{x.plain_, &*found}};
}

std::optional<value> value::at(size_t place) const {
  auto& x = made();
  if (!x.is_array() || place >= x.size())
    return {};
  if (x.parts_)
    return x.parts_->items[place];
  return value{std::shared_ptr<const nlohmann::json>{x.plain_, &(*x.plain_)[place]}};
}

const std::vector<value::member>* value::parts_members() const {
  return parts_ ? &parts_->members : nullptr;
}

const std::string& value::text() const { return made().plain_->get_ref<const std::string&>(); }

void value::write(std::string& out) const {
  auto& x = made();
  if (!x.parts_)
    return append(out, x.plain_ ? *x.plain_ : null_json);
  out += x.parts_->is_object ? '{' : '[';
  auto first = true;
  auto comma = [&] {
    if (!std::exchange(first, false))
      out += ',';
  };
  for (auto& [name, member] : x.parts_->members) {
    comma();
    append(out, nlohmann::json(name));
    out += ':';
    member.write(out);
  }
  for (auto& item : x.parts_->items) {
    comma();
    item.write(out);
  }
  out += x.parts_->is_object ? '}' : ']';
}

std::string value::dump() const {
  std::string out;
  write(out);
  return out;
}

std::string value::as_text() const {
  if (is_null())
    return {};
  return is_string() ? text() : dump();
}

bool value::is_same(const value& x) const {
  return (plain_ == x.plain_ && parts_ == x.parts_) || json() == x.json();
}

void to_json(nlohmann::json& out, const value& x) { out = x.json(); }
void from_json(const nlohmann::json& in, value& x) { x = value{in}; }

} // namespace troupe
