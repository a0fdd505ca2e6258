# For Puma.
run lambda { |env|
  env['rack.input'].read
  sleep 0.2
  [200, { 'Content-Type' => 'text/plain', 'Content-Length' => '5' }, ["done\n"]]
}
