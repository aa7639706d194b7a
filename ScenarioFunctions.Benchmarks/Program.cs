Console.WriteLine("usage: engine | service | images");
