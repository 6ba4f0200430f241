;; does: declares a table of ten million elements
;; asked: rank
;; ends: plugin.unsupported_feature at upload

(table 10000000 funcref)
