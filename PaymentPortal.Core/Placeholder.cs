namespace PaymentPortal.Core;
