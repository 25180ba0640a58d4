// SPDX-License-Identifier: Apache-2.0
#include "config/native/reading.hpp"

#include "config/document/read_document.hpp"
#include "config/document/text_files.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace troupe::config {

bool parse(source& x) {
  if (!read_document(x.content, x.found))
    return false;
  put_in_text_files(x.content, x.folder, x.found);
  return true;
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
