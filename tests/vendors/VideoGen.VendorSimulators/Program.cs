using VideoGen.VendorSimulators;

// Every simulated vendor behind one port, each below its name: http://127.0.0.1:8300/kling. What happens next is told by POST
// /_next/{vendor}/{behaviour}.
await using var vendors = await SimulatedVendors.StartAsync(args is [var address, ..] ? address : "http://127.0.0.1:8300");
Console.WriteLine($"Simulated vendors at {vendors.Address}: {string.Join(", ", vendors.Names)}");
await vendors.WaitAsync();
