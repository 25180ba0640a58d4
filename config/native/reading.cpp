// SPDX-License-Identifier: Apache-2.0
#include "config/native/reading.hpp"

#include "config/document/read_document.hpp"
#include "config/document/text_files.hpp"
#include "config/formats.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace troupe::config {

bool parse(source& x, const std::string& format) {
  if (!read_document(x.content, x.found))
    return false;
  put_in_text_files(x.content, x.folder, x.found);
  return make_native(x.content, x.found, format);
}

bool read_types_file(reading& all) {
  if (all.options.stub_unknown)
    all.types.allow_stubs();
  if (all.options.types.empty())
    return true;
  auto& file = all.type_files.emplace_back(all.options.types_name, all.options.types);
  if (!read_document(file.content, file.found))
    return false;
  reader in{file.content.root, "", file.found};
  if (!in.wants_object("an object with `types`"))
    return false;
  in.check_keys({"$schema", "troupe", "description", "types", "env", "secrets"}, "a file of types");
  if (in.has("env"))
    all.environment = in.member("env").as_texts("a list of names");
  if (in.has("secrets"))
    all.secrets = in.member("secrets").as_texts("a list of names");
  if (in.has("types"))
    all.types.read(in.member("types"), all.kinds);
  else
    in.error({"missing_key", "a file of types needs `types`"});
  return !file.found.has_errors();
}

expected<std::string, std::string> contents_of(const std::filesystem::path& file) {
  std::error_code problem;
  if (std::filesystem::is_directory(file, problem))
    return unexpected<std::string>{"it is a folder"};
  std::ifstream in{file, std::ios::binary};
  if (!in)
    return unexpected<std::string>{std::strerror(errno)};
  auto most = document_limits{}.bytes + 1; // one more, so that too much is seen
  std::string text(most, '\0');
  in.read(text.data(), static_cast<std::streamsize>(most));
  text.resize(static_cast<size_t>(in.gcount()));
  if (in.bad())
    return unexpected<std::string>{std::strerror(errno)};
  return text;
}

} // namespace troupe::config
