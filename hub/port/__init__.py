"""The page of the inspectors' port (系统总端口): tokens, exports, notices to other systems."""
