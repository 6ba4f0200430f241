;; does: is a policy without a function
;; asked: rank
;; ends: plugin.unsupported_interface at upload

(component
    (instance $policy)
    (export "stellwerk:matching/policy@0.1.0" (instance $policy)))
