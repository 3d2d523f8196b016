"""What is printed for those without a phone: notices, boards, and sheets of QR codes."""
