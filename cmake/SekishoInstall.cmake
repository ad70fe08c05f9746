# sekisho_install(PACKAGE PATH...): libraries as a CMake package of that name, which is also the install component; the
# target PACKAGE_package builds them. Their public headers go to include/sekisho/<PATH>/, so that an #include reads as it does
# here; `stix/validate` becomes the target sekisho::stix_validate. cmake/<PACKAGE>-config.cmake finds what they need.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

function(sekisho_install package)
  set(config "${CMAKE_INSTALL_LIBDIR}/cmake/${package}")
  add_custom_target(${package}_package)
  foreach(path IN LISTS ARGN)
    sekisho_target_name(${path} target)
    string(REGEX REPLACE "^sekisho_" "" name "${target}")
    set_target_properties(${target} PROPERTIES EXPORT_NAME "${name}")
    add_library(sekisho::${name} ALIAS ${target})
    target_compile_features(${target} INTERFACE cxx_std_20)
    target_include_directories(${target} INTERFACE "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/sekisho>")
    add_dependencies(${package}_package ${target})
    install(TARGETS ${target} EXPORT ${package} COMPONENT ${package} EXCLUDE_FROM_ALL)
    get_target_property(headers ${target} SEKISHO_HEADERS)
    foreach(header IN LISTS headers)
      get_filename_component(folder "${path}/${header}" DIRECTORY)
      install(FILES "${CMAKE_SOURCE_DIR}/${path}/${header}"
        DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/sekisho/${folder}" COMPONENT ${package} EXCLUDE_FROM_ALL)
    endforeach()
  endforeach()

  install(EXPORT ${package} NAMESPACE sekisho:: FILE ${package}-targets.cmake
    DESTINATION "${config}" COMPONENT ${package} EXCLUDE_FROM_ALL)
  # Before 1.0 a minor version may break what the one before had.
  write_basic_package_version_file("${CMAKE_BINARY_DIR}/${package}-config-version.cmake" COMPATIBILITY SameMinorVersion)
  install(FILES "${CMAKE_SOURCE_DIR}/cmake/${package}-config.cmake" "${CMAKE_BINARY_DIR}/${package}-config-version.cmake"
    DESTINATION "${config}" COMPONENT ${package} EXCLUDE_FROM_ALL)
endfunction()
