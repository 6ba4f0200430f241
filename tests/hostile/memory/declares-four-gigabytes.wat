;; does: declares a memory of four gigabytes
;; asked: rank
;; ends: plugin.unsupported_feature at upload

(memory (export "memory") 65536)
