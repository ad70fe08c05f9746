# sekisho_library(PATH SOURCES ... HEADERS ... PRIVATE_HEADERS ... DEPS ... PRIVATE_DEPS ...)
#
# One folder = one library = one row of the architecture. The link list is the include list: each
# public header is linked into <build>/include/<target>/<PATH>/ and only that folder is exported,
# so an include without a link, or of another library's private header, does not compile.
#   PATH          folder from the root, e.g. store/sqlite; the target is sekisho_store_sqlite
#   HEADERS       public headers;  PRIVATE_HEADERS  headers that only this library may include
#   DEPS          libraries whose headers appear in our public headers
#   PRIVATE_DEPS  libraries used in .cpp files only (heavy ones belong here)
function(sekisho_target_name path out)
  string(REPLACE "/" "_" name "${path}")
  set(${out} "sekisho_${name}" PARENT_SCOPE)
endfunction()

function(_sekisho_link_headers target path base)
  foreach(header IN LISTS ARGN)
    set(link "${base}/${path}/${header}")
    get_filename_component(dir "${link}" DIRECTORY)
    file(MAKE_DIRECTORY "${dir}")
    file(CREATE_LINK "${CMAKE_SOURCE_DIR}/${path}/${header}" "${link}" SYMBOLIC)
  endforeach()
endfunction()

# The target header_checks: each public header is compiled alone, without a precompiled header and apart from all others, since
# whatever stands before it could lend it an include.
add_custom_target(header_checks)
function(_sekisho_header_checks target path)
  set(checks "")
  foreach(header IN LISTS ARGN)
    if(header MATCHES "\\.h$")
      set(check "${CMAKE_BINARY_DIR}/header_check/${path}/${header}.cpp")
      set(text "#include \"${path}/${header}\"\n")
      file(CONFIGURE OUTPUT "${check}" CONTENT "${text}" @ONLY)
      list(APPEND checks "${check}")
    endif()
  endforeach()
  add_library(${target}_header_checks OBJECT EXCLUDE_FROM_ALL ${checks})
  target_compile_options(${target}_header_checks PRIVATE -Wall -Wextra -Werror -O0 -g0)
  target_link_libraries(${target}_header_checks PRIVATE ${target})
  add_dependencies(header_checks ${target}_header_checks)
endfunction()

# The leaky twin of tests/noninterference replaces these by copies with leaks, so each stays a member of its archive by itself.
set(SEKISHO_REPLACED_SOURCES "")
if(EXISTS "${CMAKE_SOURCE_DIR}/tests/noninterference/leaks/leaks.txt")
  file(STRINGS "${CMAKE_SOURCE_DIR}/tests/noninterference/leaks/leaks.txt" SEKISHO_REPLACED_SOURCES REGEX "^-[-+] ")
  list(TRANSFORM SEKISHO_REPLACED_SOURCES REPLACE "^-[-+] " "")
  list(REMOVE_DUPLICATES SEKISHO_REPLACED_SOURCES)
endif()

function(sekisho_library path)
  cmake_parse_arguments(ARG "" "" "SOURCES;HEADERS;PRIVATE_HEADERS;DEPS;PRIVATE_DEPS" ${ARGN})
  sekisho_target_name(${path} target)
  set(public "${CMAKE_BINARY_DIR}/include/${target}")
  set(private "${CMAKE_BINARY_DIR}/include_private/${target}")
  file(REMOVE_RECURSE "${public}" "${private}")
  _sekisho_link_headers(${target} ${path} "${public}" ${ARG_HEADERS})
  _sekisho_link_headers(${target} ${path} "${private}" ${ARG_PRIVATE_HEADERS})
  file(MAKE_DIRECTORY "${public}" "${private}")

  add_library(${target} STATIC ${ARG_SOURCES})
  if(SEKISHO_UNITY AND NOT path MATCHES "^tests/")
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
    foreach(source IN LISTS ARG_SOURCES)
      if("${path}/${source}" IN_LIST SEKISHO_REPLACED_SOURCES)
        set_source_files_properties(${source} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
      endif()
    endforeach()
  endif()
  target_include_directories(${target} PUBLIC "$<BUILD_INTERFACE:${public}>" PRIVATE "${private}")
  if(path MATCHES "^tests/")
    set(compiler sekisho_test_compiler)  # without the tests' precompiled header: programs without doctest link these too
  else()
    set(compiler sekisho_compiler)
    sekisho_precompile(${target} sekisho_pch)
  endif()
  target_link_libraries(${target} PUBLIC ${ARG_DEPS} PRIVATE ${ARG_PRIVATE_DEPS} $<BUILD_INTERFACE:${compiler}>)
  set_target_properties(${target} PROPERTIES SEKISHO_PATH "${path}" SEKISHO_HEADERS "${ARG_HEADERS}")
  set_property(GLOBAL APPEND PROPERTY SEKISHO_EDGES "${path}: ${ARG_DEPS} ${ARG_PRIVATE_DEPS}")

  if(SEKISHO_TESTS)
    _sekisho_header_checks(${target} ${path} ${ARG_HEADERS})
  endif()
endfunction()

# The files that name SEKISHO_SOURCE_DIR or SEKISHO_BINARY_DIR get them; all others compile alike in every checkout, so that
# ccache knows them again.
function(_sekisho_paths)
  foreach(source ${ARGN})
    get_filename_component(source "${source}" ABSOLUTE)
    file(STRINGS "${source}" named REGEX "SEKISHO_(SOURCE|BINARY)_DIR|#include \"vectors.h\"")
    if(named)
      set_property(SOURCE "${source}" APPEND PROPERTY COMPILE_DEFINITIONS
        SEKISHO_SOURCE_DIR="${CMAKE_SOURCE_DIR}" SEKISHO_BINARY_DIR="${CMAKE_BINARY_DIR}")
    endif()
  endforeach()
endfunction()

# sekisho_test(NAME SOURCES ... DEPS ... LABELS ... [TOGETHER]): one doctest executable = one ctest entry.
#   TOGETHER  it joins unity builds: no two of its files have a helper of the same name
function(sekisho_test name)
  cmake_parse_arguments(ARG "TOGETHER" "TIMEOUT" "SOURCES;DEPS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  if(SEKISHO_UNITY AND ARG_TOGETHER)
    set_target_properties(${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
  endif()
  # What protobuf defines for its users is not what the precompiled header was read with.
  if(NOT "sekisho_proto" IN_LIST ARG_DEPS)
    sekisho_precompile(${name} sekisho_test_pch)
  endif()
  # Those that also run under sanitizers: everything that needs no network and no other program.
  if(name MATCHES "^(core|stix.*|certs|policy|taxii|sync|sync_grpc|store_dedup)_test$")
    list(APPEND ARG_LABELS sanitized)
    add_dependencies(sanitizer_tests ${name})
  elseif(name MATCHES "^(store|core_system|sync_pages|sync_sweep|sync_transports|node_http|node_app|link)_test$")
    list(APPEND ARG_LABELS watched)  # threads, sockets and gRPC: the nightly run alone
    add_dependencies(sanitizer_tests_whole ${name})
  endif()
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} sekisho_tests_support sekisho_test_compiler)
  _sekisho_paths(${ARG_SOURCES})
  add_test(NAME ${name} COMMAND ${name} --no-version=true)
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()
