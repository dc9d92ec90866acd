using PaymentPortal.Cli;

return await Verbs.RunAsync(args, Terminal.Out, Terminal.Errors);
