;; does: declares a memory of 64 MiB, where 32 MiB are allowed
;; asked: rank
;; ends: guest.out_of_memory at upload

(memory (export "memory") 1024)
