# SPDX-License-Identifier: Apache-2.0
# What is installed, and the packages of it: libtroupe0, libtroupe-dev, troupe.
include(CMakePackageConfigHelpers)
set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/troupe")

install(TARGETS troupe_shared EXPORT troupeTargets
  LIBRARY COMPONENT runtime NAMELINK_COMPONENT development)
install(TARGETS troupe_static EXPORT troupeStaticTargets ARCHIVE COMPONENT development)
# Of each Debian package the licence lies where Debian's policy wants it.
set(component_packages runtime "libtroupe${PROJECT_VERSION_MAJOR}" development libtroupe-dev
  command troupe)
while(component_packages)
  list(POP_FRONT component_packages component package)
  install(FILES LICENSE DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/${package}" RENAME copyright
    COMPONENT ${component})
endwhile()
install(DIRECTORY include/troupe DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT development)
foreach(set troupeTargets troupeStaticTargets)
  install(EXPORT ${set} NAMESPACE troupe:: DESTINATION "${package_dir}" COMPONENT development)
endforeach()
configure_package_config_file(cmake/troupeConfig.cmake.in troupeConfig.cmake
  INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file(troupeConfigVersion.cmake COMPATIBILITY SameMajorVersion)
install(FILES cmake/FindCAF.cmake "${CMAKE_CURRENT_BINARY_DIR}/troupeConfig.cmake"
  "${CMAKE_CURRENT_BINARY_DIR}/troupeConfigVersion.cmake"
  DESTINATION "${package_dir}" COMPONENT development)
file(RELATIVE_PATH TROUPE_PREFIX_FROM_PC "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
configure_file(cmake/troupe.pc.in troupe.pc @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/troupe.pc"
  DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT development)

if(TROUPE_COMMAND)
  install(TARGETS troupe_command RUNTIME COMPONENT command)
  install(FILES cmake/troupe-worker.service DESTINATION lib/systemd/system COMPONENT command)
  # The command writes its own pages.
  function(install_page file directory)
    set(page "${CMAKE_CURRENT_BINARY_DIR}/pages/${file}")
    add_custom_command(OUTPUT "${page}" DEPENDS troupe_command VERBATIM
      COMMAND ${CMAKE_COMMAND} -E make_directory "${CMAKE_CURRENT_BINARY_DIR}/pages"
      COMMAND troupe_command ${ARGN} > "${page}")
    install(FILES "${page}" DESTINATION "${directory}" COMPONENT command)
    set_property(GLOBAL APPEND PROPERTY troupe_pages "${page}")
  endfunction()
  install_page(troupe.1 "${CMAKE_INSTALL_MANDIR}/man1" man)
  install_page(troupe "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" completions bash)
  install_page(_troupe "${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions" completions zsh)
  install_page(troupe.fish "${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d" completions fish)
  foreach(format native graph chain blueprint)
    install_page(${format}.schema.json "${CMAKE_INSTALL_DATADIR}/troupe/schemas"
      schema --format ${format})
  endforeach()
  get_property(pages GLOBAL PROPERTY troupe_pages)
  add_custom_target(troupe_pages ALL DEPENDS ${pages})
  install(DIRECTORY examples/types DESTINATION "${CMAKE_INSTALL_DATADIR}/troupe"
    COMPONENT command)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME troupe)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_PACKAGE_VENDOR "the troupe authors")
set(CPACK_PACKAGE_CONTACT "the troupe authors <troupe@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "actor-model dataflow engine")
set(CPACK_COMPONENTS_ALL runtime development command)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${CMAKE_CURRENT_BINARY_DIR}")
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME "libtroupe${PROJECT_VERSION_MAJOR}")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_RUNTIME_DESCRIPTION "actor-model dataflow engine: the library")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA "${CMAKE_CURRENT_LIST_DIR}/deb/triggers")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libtroupe-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_DESCRIPTION "actor-model dataflow engine: headers, CMake package")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  "libtroupe${PROJECT_VERSION_MAJOR} (= ${PROJECT_VERSION}), nlohmann-json3-dev, libexpected-dev")
# Beyond libcaf-dev, what troupe::static is linked with.
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS "libcaf-dev, libyaml-cpp-dev, libjq-dev, \
libcurl4-openssl-dev, libsqlite3-dev, libssl-dev, prometheus-cpp-dev")
set(CPACK_DEBIAN_COMMAND_PACKAGE_NAME troupe)
set(CPACK_DEBIAN_COMMAND_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_COMMAND_DESCRIPTION "actor-model dataflow engine: the command")
set(CPACK_DEBIAN_COMMAND_PACKAGE_DEPENDS
  "libtroupe${PROJECT_VERSION_MAJOR} (= ${PROJECT_VERSION}), ca-certificates")
include(CPack)
