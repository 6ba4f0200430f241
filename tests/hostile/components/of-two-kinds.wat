;; does: is a policy of two kinds
;; asked: rank
;; ends: plugin.kind_mismatch at upload

(component
    (instance $policy)
    (export "stellwerk:matching/policy@0.1.0" (instance $policy))
    (export "stellwerk:compensation/policy@0.1.0" (instance $policy)))
