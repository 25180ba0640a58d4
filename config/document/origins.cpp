// SPDX-License-Identifier: Apache-2.0
#include "config/document/origins.hpp"

namespace troupe::config {

namespace {

using native_json = nlohmann::ordered_json;

class walk {
public:
  explicit walk(const place_map& written) : written_{written} {}

  /// `own`: where the value was written, if it was.
  void take(const native_json& x, const std::string& pointer, std::string own, bool is_written) {
    const native_json* members = nullptr;
    if (auto found = x.is_object() ? x.find(origins_key) : x.end(); found != x.end()) {
      members = &*found;
      own = members->at("").get<std::string>();
      is_written = true;
    }
    is_written = is_written && written_.contains(own);
    if (is_written)
      found_.emplace(pointer, own);
    if (x.is_object())
      for (auto& [key, member] : x.items())
        if (key != origins_key)
          take(member, below(pointer, key), origin_of(key, members, own), is_written);
    if (x.is_array())
      for (size_t i = 0; i < x.size(); ++i)
        take(x[i], below(pointer, i), below(own, i), is_written);
  }

  origin_map all() { return std::move(found_); }

private:
  static std::string origin_of(const std::string& key, const native_json* members,
                               const std::string& own) {
    if (members)
      if (auto known = members->find(key); known != members->end())
        return known->get<std::string>();
    return below(own, key);
  }

  const place_map& written_;
  origin_map found_;
};

} // namespace

origin_map origins_of(const document& translated, const place_map& written) {
  walk all{written};
  all.take(translated.translated, "", "", true);
  return all.all();
}

} // namespace troupe::config
