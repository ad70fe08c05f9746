# find_package(sekisho_stix): the targets sekisho::core, sekisho::stix, sekisho::stix_pattern, sekisho::stix_match,
# sekisho::stix_validate, sekisho::stix_upgrade, sekisho::stix_convert. They are static; a program links what they need.
include(CMakeFindDependencyMacro)
find_dependency(OpenSSL)
find_dependency(ICU COMPONENTS uc)
find_dependency(PkgConfig)
if(NOT TARGET PkgConfig::RE2)
  pkg_check_modules(RE2 REQUIRED IMPORTED_TARGET re2)
endif()
include("${CMAKE_CURRENT_LIST_DIR}/sekisho_stix-targets.cmake")
