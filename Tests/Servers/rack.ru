# For Puma: / after 200 ms, /stream bit by bit, /large with 4 MB.
parts = Enumerator.new { |out| 10.times { out << "part\n"; sleep 0.05 } }
run lambda { |env|
  env['rack.input'].read
  return [200, { 'Content-Type' => 'text/plain' }, parts] if env['PATH_INFO'] == '/stream'
  body = env['PATH_INFO'] == '/large' ? 'x' * 4_000_000 : "done\n"
  sleep 0.2
  [200, { 'Content-Type' => 'text/plain', 'Content-Length' => body.size.to_s }, [body]]
}
